import { canonical, isSame } from './same.ts'
import { applicationOf, idOf, type Json, type KindName, kindNames, textOf, type Thing } from './thing.ts'

export interface FieldChange {
  readonly field: string
  readonly from: Json
  readonly to: Json
}

export type Change =
  | { readonly act: 'create'; readonly thing: Thing }
  /** `before` is all that is there, `fields` what becomes another */
  | { readonly act: 'update'; readonly thing: Thing; readonly before: Thing; readonly fields: readonly FieldChange[] }
  | { readonly act: 'delete'; readonly thing: Thing }

/** Kinds of which a file may say that it names all there are. */
export const ownable = ['applications', 'clients', 'connections', 'groups'] as const
export type Ownable = (typeof ownable)[number]

export const owned: Readonly<Record<Ownable, KindName>> = {
  applications: 'application',
  clients: 'client',
  connections: 'connection',
  groups: 'group',
}

export interface Planning {
  readonly wanted: readonly Thing[]
  readonly live: readonly Thing[]
  /** Of these kinds goes what the file does not name; of clients, those of the applications that it names. Empty without `--prune`. */
  readonly prune: ReadonlySet<KindName>
  /** things that Holdfast needs, or that somebody else has made and keeps */
  readonly spared?: ReadonlySet<string>
}

/** @returns what makes what is there be as it is wanted, in the order in which it can be done; nothing when it is already */
export function planOf({ wanted, live, prune, spared = new Set() }: Planning): readonly Change[] {
  const there = new Map(live.map((thing) => [idOf(thing), thing]))
  const named = new Set(wanted.map(idOf))
  const applications = new Set(wanted.map(applicationOf).filter((each) => each !== undefined))
  const changes: Change[] = []
  for (const thing of wanted) {
    const before = there.get(idOf(thing))
    if (before === undefined) {
      changes.push({ act: 'create', thing })
      continue
    }
    const fields = Object.entries(thing.fields)
      .filter(([field, to]) => !isSame(before.fields[field], to, field))
      .map(([field, to]) => ({ field, from: before.fields[field] ?? null, to }))
    if (fields.length > 0) changes.push({ act: 'update', thing, before, fields })
  }
  const gone = (thing: Thing) =>
    prune.has(thing.kind) &&
    !named.has(idOf(thing)) &&
    !spared.has(idOf(thing)) &&
    (thing.kind !== 'client' || applications.has(applicationOf(thing) ?? ''))
  const going = live.filter(gone)
  const ending = new Set(going.filter(({ kind }) => kind === 'application').map(({ key }) => key))
  // An application takes its clients with it: each is said.
  const clients = live.filter(
    (thing) => thing.kind === 'client' && ending.has(applicationOf(thing) ?? '') && !going.includes(thing),
  )
  changes.push(...[...going, ...clients].map((thing) => ({ act: 'delete' as const, thing })))
  return inOrder(changes)
}

/**
 * What goes comes first, since hosts and identifiers can be of one thing at a time only; groups go last, when nothing names
 * them any more. Of what changes, what gives something up comes before what may take it.
 */
function inOrder(changes: readonly Change[]): readonly Change[] {
  const rank = (change: Change): number => {
    const kind = kindNames.indexOf(change.thing.kind)
    if (change.act === 'delete') return change.thing.kind === 'group' ? 1000 - kind : -kind
    return 10 * (kind + 1) + (change.act === 'update' && givesUp(change.fields) ? 0 : 1)
  }
  const sorted = changes.toSorted((a, b) => rank(a) - rank(b) || compare(a.thing.key, b.thing.key))
  return parentsFirst(sorted)
}

function givesUp(fields: readonly FieldChange[]): boolean {
  return fields.some(({ from, to }) => {
    if (!Array.isArray(from)) return false
    const kept = new Set(Array.isArray(to) ? (to as readonly Json[]).map((item) => canonical(item)) : [])
    return (from as readonly Json[]).some((item) => !kept.has(canonical(item)))
  })
}

/** A group that is made names its parents: those that are made, too, come before it. */
function parentsFirst(changes: readonly Change[]): readonly Change[] {
  const made = new Map(
    changes
      .filter(({ act, thing }) => act === 'create' && thing.kind === 'group')
      .map((change) => [change.thing.key, change]),
  )
  if (made.size === 0) return changes
  const placed = new Set<Change>()
  const out: Change[] = []
  const place = (change: Change, below: ReadonlySet<Change>) => {
    if (placed.has(change) || below.has(change)) return
    const parents = change.thing.kind === 'group' && change.act !== 'delete' ? change.thing.fields['parents'] : []
    for (const parent of Array.isArray(parents) ? (parents as readonly Json[]) : []) {
      const above = made.get(textOf(parent))
      if (above !== undefined) place(above, new Set([...below, change]))
    }
    placed.add(change)
    out.push(change)
  }
  for (const change of changes) place(change, new Set())
  return out
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
