export interface PlacedRole<R> {
  readonly role: R
  readonly depth: number
  /** Unique: a role with two parents stands below each. The first place of a role is its id. */
  readonly path: string
}

interface RoleLike {
  readonly id: string
  readonly parents: readonly string[]
}

/**
 * Roles as a tree: below each role those that have it too (an owner is an editor: the owner stands below the editor). Roles whose parents
 * are not among them stand at the top; none is left out, whatever their parents say.
 */
export function roleTree<R extends RoleLike>(roles: readonly R[]): readonly PlacedRole<R>[] {
  const known = new Set(roles.map(({ id }) => id))
  const below = new Map<string, R[]>()
  const top: R[] = []
  for (const role of roles.toSorted((a, b) => a.id.localeCompare(b.id))) {
    const parents = role.parents.filter((parent) => known.has(parent))
    if (parents.length === 0) top.push(role)
    for (const parent of parents) below.set(parent, [...(below.get(parent) ?? []), role])
  }
  const placed: PlacedRole<R>[] = []
  const seen = new Set<string>()
  const place = (role: R, above: readonly string[]) => {
    if (above.includes(role.id)) return
    const first = !seen.has(role.id)
    seen.add(role.id)
    placed.push({ role, depth: above.length, path: first ? role.id : [...above, role.id].join(' / ') })
    // What stands below a role is shown once, at its first place.
    if (first) for (const child of below.get(role.id) ?? []) place(child, [...above, role.id])
  }
  for (const role of top) place(role, [])
  for (const role of roles) if (!seen.has(role.id)) place(role, [])
  return placed
}
