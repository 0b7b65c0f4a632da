import type { Policy } from '../compile/policy.ts'
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
  /** The policies that differ; undefined where the worlds differ too. */
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
  readonly everybody: readonly EntityUid[]
  readonly everything: readonly EntityUid[]
  readonly actors: readonly [UidMap<EntityUid>, UidMap<EntityUid>]
  readonly things: readonly [UidMap<EntityUid>, UidMap<EntityUid>]
  readonly changed: readonly Policy[] | undefined
  readonly classes: Map<string, { readonly principals: Class[]; readonly resources: Class[] }>
}

/** What is to be evaluated. Throws `DiffTooLarge`. */
export function* plan(old: DiffSide, now: DiffSide, options: DiffOptions): Generator<undefined, Plan> {
  const sides = [old, now] as const
  const sameWorld =
    old.entities === now.entities && old.principals === now.principals && old.resources === now.resources
  const wanted = options.principals === undefined ? undefined : setOf(options.principals)
  const ground: Ground = {
    sides,
    everybody: union([old.principals, now.principals]).filter((uid) => wanted === undefined || wanted.has(uid)),
    everything: union([old.resources, now.resources]),
    actors: [setOf(old.principals), setOf(now.principals)],
    things: [setOf(old.resources), setOf(now.resources)],
    changed: sameWorld ? changedPolicies(old.set, now.set).flat() : undefined,
    classes: new Map(),
  }
  const groups: Group[] = []
  const undecided: Undecided[] = []
  for (const action of mergeActions([...old.actions, ...now.actions])) {
    if (options.actions !== undefined && !options.actions.includes(action.action.id)) continue
    for (const type of action.resources) {
      if (options.resourceTypes !== undefined && !options.resourceTypes.includes(type)) continue
      const made = yield* planGroup(ground, action, type, options)
      if (made === undefined) continue
      if ('reason' in made) undecided.push(made)
      else groups.push(made)
    }
  }
  return { sides, groups, undecided, extent: measured(groups, options.limit ?? LIMIT) }
}

function measured(groups: readonly Group[], limit: number): Extent {
  const [people, things, actions] = [new UidMap<EntityUid>(), new UidMap<EntityUid>(), new Set<string>()]
  let [requests, evaluations] = [0, 0]
  for (const group of groups) {
    actions.add(`${group.action.action.type} ${group.action.action.id}`)
    let count = 0
    for (const { members } of group.principals) {
      count += members.length
      for (const uid of members) people.set(uid, uid)
    }
    for (const { resources, special } of group.targets) {
      for (const uid of resources.members) things.set(uid, uid)
      requests += count * resources.members.length
      evaluations += group.principals.length + special.length
    }
  }
  if (evaluations > limit) throw new DiffTooLarge(evaluations, limit)
  return { principals: people.size, resources: things.size, actions: actions.size, requests, evaluations }
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
  const { principals, resources } = yield* classesOf(ground, reads, context)
  const able = principals.filter((each) => action.principals.includes(each.type))
  const classOf = new UidMap<readonly EntityUid[]>()
  for (const { members } of able) for (const uid of members) classOf.set(uid, members)
  const base = { action, sides, principals: able, classOf, context, changed }
  const known = resources.filter((each) => each.type === type)
  if (known.length > 0) {
    const targets: Target[] = []
    for (const each of known) {
      targets.push({ resources: each, special: specialFor(ground, each, classOf, reads) })
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
  { sides }: Ground,
  { members }: Class,
  classOf: UidMap<readonly EntityUid[]>,
  reads: Reads,
): EntityUid[] {
  const [resource] = members
  if (resource === undefined) return []
  const named = reach(sides, namedBy(sides, resource, reads), reads)
  // A resource that may act itself is a class of its own.
  named.set(resource, resource)
  // Alone in its class, a principal is asked about alone anyhow.
  return [...named.values()].filter((uid) => (classOf.get(uid)?.length ?? 0) > 1)
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
function* classesOf(
  ground: Ground,
  reads: Reads,
  context: RecordValue | undefined,
): Generator<undefined, { principals: Class[]; resources: Class[] }> {
  const key = JSON.stringify([readsKey(reads), context?.key()])
  const known = ground.classes.get(key)
  if (known !== undefined) return known
  const { sides, everybody, everything, actors, things } = ground
  const seeds = [...reads.literals]
  if (context !== undefined) collect(context, seeds)
  for (const uid of everybody) {
    // Of itself an entity's own word says only that it is a class of its own: see `classify`.
    for (const other of namedBy(sides, uid, reads)) if (!other.equals(uid)) seeds.push(other)
  }
  const named = reach(sides, seeds, reads)
  const principals = yield* classify(everybody, sides, actors, named, reads)
  // What can act is compared with whoever acts, and what is reached from a resource may lead back to it.
  const apart = new UidMap<EntityUid>()
  for (const uid of [...named.values(), ...everybody]) apart.set(uid, uid)
  let at = 0
  for (const uid of everything) {
    const leads = namedBy(sides, uid, reads)
    if (leads.length > 0 && reach(sides, leads, reads).has(uid)) apart.set(uid, uid)
    if (++at % STRIDE === 0) yield undefined
  }
  const resources = yield* classify(everything, sides, things, apart, reads)
  const made = { principals, resources }
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
