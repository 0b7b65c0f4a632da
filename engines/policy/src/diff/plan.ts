import type { Policy } from '../compile/policy.ts'
import type { Entities } from '../entities.ts'
import type { Uid } from '../json.ts'
import { UidMap } from '../uid-map.ts'
import { EntityUid, type RecordValue } from '../value.ts'
import { type Class, classify, setOf, union } from './classes.ts'
import { collect, namedBy, reach } from './reach.ts'
import { type Reads, readsKey, readsOf } from './reads.ts'
import { changedPolicies, relevant } from './scopes.ts'
import {
  type ActionTypes,
  type DiffOptions,
  type DiffSide,
  DiffTooLarge,
  type Extent,
  type Undecided,
} from './types.ts'

/** How many evaluations of each side are made at most, unless somebody says otherwise. */
const LIMIT = 1_000_000

/** How many changed policies are looked at one by one before a decision. */
const FEW = 100

/** How many resources are looked at between two pauses. */
const STRIDE = 500

/** The requests of one action on one type of resource. */
export interface Group {
  readonly action: ActionTypes
  readonly sides: readonly [DiffSide, DiffSide]
  readonly principals: readonly Class[]
  /** Each principal's class. */
  readonly classOf: UidMap<readonly EntityUid[]>
  readonly targets: readonly Target[]
  /** The id of the resource that stands for all that no policy names; undefined where the world knows resources of the type. */
  readonly anyId: string | undefined
  readonly context: RecordValue | undefined
  /** The policies that differ, where they are few; undefined where the worlds differ too. */
  readonly changed: readonly Policy[] | undefined
}

/** Resources that no policy can tell apart. */
export interface Target {
  readonly resources: Class
  /** The principals whom these resources, or what they name, name: each is asked about alone. */
  readonly special: readonly EntityUid[]
}

export interface Plan {
  readonly sides: readonly [DiffSide, DiffSide]
  readonly groups: readonly Group[]
  readonly undecided: readonly Undecided[]
  readonly extent: Extent
}

/** Both sides as the planning of each group needs them. */
interface Ground {
  readonly sides: readonly [DiffSide, DiffSide]
  /** What is known in each world: once where both are the same. */
  readonly worlds: readonly Entities[]
  readonly everybody: readonly EntityUid[]
  readonly everything: readonly EntityUid[]
  readonly actors: readonly [UidMap<EntityUid>, UidMap<EntityUid>]
  readonly things: readonly [UidMap<EntityUid>, UidMap<EntityUid>]
  readonly changed: readonly Policy[] | undefined
  readonly classes: Map<string, Classes>
}

interface Classes {
  readonly principals: readonly Class[]
  /** Each principal's class. */
  readonly classOf: UidMap<readonly EntityUid[]>
  readonly resources: readonly Class[]
}

/** What is to be evaluated. Throws `DiffTooLarge`. */
export function* plan(old: DiffSide, now: DiffSide, options: DiffOptions): Generator<undefined, Plan> {
  const sides = [old, now] as const
  const sameWorld =
    old.entities === now.entities && old.principals === now.principals && old.resources === now.resources
  const wanted = options.principals === undefined ? undefined : setOf(options.principals)
  const everybody = yield* union([old.principals, now.principals])
  const everything = yield* union([old.resources, now.resources])
  const of = function* (list: readonly Uid[], whole: UidMap<EntityUid>) {
    return sameWorld ? whole : yield* union([list])
  }
  const ground: Ground = {
    sides,
    worlds: old.entities === now.entities ? [old.entities] : [old.entities, now.entities],
    everybody: [...everybody.values()].filter((uid) => wanted === undefined || wanted.has(uid)),
    everything: [...everything.values()],
    actors: [yield* of(old.principals, everybody), yield* of(now.principals, everybody)],
    things: [yield* of(old.resources, everything), yield* of(now.resources, everything)],
    changed: sameWorld ? changedPolicies(old.set, now.set).flat() : undefined,
    classes: new Map(),
  }
  const groups: Group[] = []
  const undecided: Undecided[] = []
  for (const action of mergeActions([...old.actions, ...now.actions])) {
    if (options.actions !== undefined && !options.actions.includes(action.action.id)) continue
    for (const type of action.resources) {
      if (options.resourceTypes !== undefined && !options.resourceTypes.includes(type)) continue
      yield undefined
      const made = yield* planGroup(ground, action, type, options)
      if (made === undefined) continue
      if ('reason' in made) undecided.push(made)
      else groups.push(made)
    }
  }
  return { sides, groups, undecided, extent: measured(groups, options.limit ?? LIMIT) }
}

function measured(groups: readonly Group[], limit: number): Extent {
  // Every group has all principals, and all resources, of its types.
  const [people, things] = [new Map<string, number>(), new Map<string, number>()]
  const actions = new Set<string>()
  let [requests, evaluations] = [0, 0]
  for (const { action, principals, targets } of groups) {
    actions.add(`${action.action.type} ${action.action.id}`)
    const count = tally(principals, people)
    const number = tally(
      targets.map(({ resources }) => resources),
      things,
    )
    requests += count * number
    for (const { special } of targets) evaluations += principals.length + special.length
  }
  if (evaluations > limit) throw new DiffTooLarge(evaluations, limit)
  return { principals: sum(people), resources: sum(things), actions: actions.size, requests, evaluations }
}

/** Counts members by type into `all`. @returns how many they are together */
function tally(classes: readonly Class[], all: Map<string, number>): number {
  const own = new Map<string, number>()
  for (const { type, members } of classes) own.set(type, (own.get(type) ?? 0) + members.length)
  for (const [type, number] of own) all.set(type, number)
  return sum(own)
}

function sum(counts: ReadonlyMap<string, number>): number {
  let total = 0
  for (const number of counts.values()) total += number
  return total
}

function* planGroup(
  ground: Ground,
  action: ActionTypes,
  type: string,
  options: DiffOptions,
): Generator<undefined, Group | Undecided | undefined> {
  const { sides } = ground
  const [old, now] = sides
  const matching = ({ entities }: DiffSide, policies: readonly Policy[]) => relevant(policies, action, type, entities)
  const changed = ground.changed === undefined ? undefined : matching(now, ground.changed)
  if (changed?.length === 0) return undefined
  const policies = [...matching(old, old.set.policies), ...matching(now, now.set.policies)]
  // Where no policy can match, both deny.
  if (policies.length === 0) return undefined
  const context = options.context?.(action.action)
  const reads = readsOf(policies)
  const say = (reason: Undecided['reason'], which: readonly Policy[]): Undecided => {
    const names = [...new Set(which.map(({ id }) => id))].toSorted()
    return { action: action.action.id, resourceType: type, reason, policies: names }
  }
  if (context === undefined && reads.context) {
    return say(
      'context',
      policies.filter((policy) => readsOf([policy]).context),
    )
  }
  const { principals, classOf, resources } = yield* classesOf(ground, reads, context)
  const able = principals.filter((each) => action.principals.includes(each.type))
  // Of very many changes it costs more to ask which may matter than to decide.
  const few = changed !== undefined && changed.length <= FEW ? changed : undefined
  const base = { action, sides, principals: able, classOf, context, changed: few }
  const known = resources.filter((each) => each.type === type)
  if (known.length > 0) {
    const targets: Target[] = []
    for (const each of known) {
      targets.push({
        resources: each,
        special: specialFor(ground, each, reads, (uid) => {
          return action.principals.includes(uid.type) ? (classOf.get(uid)?.length ?? 0) : 0
        }),
      })
      if (targets.length % STRIDE === 0) yield undefined
    }
    return { ...base, targets, anyId: undefined }
  }
  const blind = policies.filter(looksAtResource)
  if (blind.length > 0) return say('resources', blind)
  const named = reads.literals.filter((uid) => uid.type === type)
  const anyId = anyIdBeside(named)
  const targets = [...named, new EntityUid(type, anyId)].map((uid) => ({
    resources: { type, members: [uid], present: [true, true] as const },
    special: [],
  }))
  return { ...base, targets, anyId }
}

/** The principals whom a resource, or what it names, names; the members of a class of resources name the same. */
function specialFor(
  { worlds }: Ground,
  { members }: Class,
  reads: Reads,
  classSize: (principal: Uid) => number,
): EntityUid[] {
  const [resource] = members
  if (resource === undefined) return []
  const named = reach(worlds, namedBy(worlds, resource, reads), reads)
  // A resource that may act itself is a class of its own.
  named.set(resource, resource)
  // Alone in its class, a principal is asked about alone anyhow.
  return [...named.values()].filter((uid) => classSize(uid) > 1)
}

/** Whether it matters to a policy what is known of the resource, beyond its type and its name. */
function looksAtResource({ scope, conditions }: Policy): boolean {
  const { resource } = scope
  if (resource.op === 'in' || (resource.op === 'is' && resource.in !== undefined)) return true
  return conditions.some(({ body }) => JSON.stringify(body).includes('"Var":"resource"'))
}

function anyIdBeside(named: readonly Uid[]): string {
  let id = 'any other'
  while (named.some((uid) => uid.id === id)) id += ' '
  return id
}

/** The classes of everybody and everything under policies that read this: made once for all actions whose policies read the same. */
function* classesOf(ground: Ground, reads: Reads, context: RecordValue | undefined): Generator<undefined, Classes> {
  const key = JSON.stringify([readsKey(reads), context?.key()])
  const known = ground.classes.get(key)
  if (known !== undefined) return known
  const { worlds, everybody, everything, actors, things } = ground
  const seeds = [...reads.literals]
  if (context !== undefined) collect(context, seeds)
  let at = 0
  for (const uid of everybody) {
    // Of itself an entity's own word says only that it is a class of its own: see `classify`.
    for (const other of namedBy(worlds, uid, reads)) if (!other.equals(uid)) seeds.push(other)
    if (++at % STRIDE === 0) yield undefined
  }
  const named = reach(worlds, seeds, reads)
  const principals = yield* classify(everybody, worlds, actors, named, reads)
  const classOf = new UidMap<readonly EntityUid[]>()
  for (const { members } of principals) for (const uid of members) classOf.set(uid, members)
  yield undefined
  // What can act is compared with whoever acts, and what is reached from a resource may lead back to it.
  const apart = new UidMap<EntityUid>()
  for (const uid of [...named.values(), ...everybody]) apart.set(uid, uid)
  for (const uid of everything) {
    const leads = namedBy(worlds, uid, reads)
    if (leads.length > 0 && reach(worlds, leads, reads).has(uid)) apart.set(uid, uid)
    if (++at % STRIDE === 0) yield undefined
  }
  const resources = yield* classify(everything, worlds, things, apart, reads)
  const made = { principals, classOf, resources }
  ground.classes.set(key, made)
  return made
}

/** The actions of both schemas, each with the types of both. */
function mergeActions(list: readonly ActionTypes[]): ActionTypes[] {
  const merged = new UidMap<ActionTypes>()
  for (const { action, principals, resources } of list) {
    const known = merged.get(action)
    merged.set(action, {
      action,
      principals: [...new Set([...(known?.principals ?? []), ...principals])],
      resources: [...new Set([...(known?.resources ?? []), ...resources])],
    })
  }
  return [...merged.values()]
}
