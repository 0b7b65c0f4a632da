/** Operators that read what an entity holds. */
const reads: ReadonlySet<string> = new Set(['.', 'has', 'getTag', 'hasTag'])

/**
 * How many times in a row the policies read from an entity that they have read from another: `resource.owner.manager` 2.
 * Whatever lies further away cannot matter to them. At least 1.
 * @param policies in Cedar's JSON form
 */
export function attributeDepth(policies: readonly unknown[]): number {
  let deepest = 1
  const open: { readonly value: unknown; readonly depth: number }[] = policies.map((value) => ({ value, depth: 0 }))
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, depth } = next
    deepest = Math.max(deepest, depth)
    if (typeof value !== 'object' || value === null) continue
    for (const [name, inner] of Object.entries(value)) {
      open.push({ value: inner, depth: reads.has(name) ? depth + 1 : depth })
    }
  }
  return deepest
}
