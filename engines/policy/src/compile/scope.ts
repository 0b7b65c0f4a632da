import { PolicyError } from '../errors.ts'
import { field, isObject, isTypeName, type JsonObject, readUid } from '../shape.ts'
import type { EntityUid } from '../value.ts'
import type { Run, Test } from './run.ts'

/** One of the three places of a policy's scope. */
export type Part = 'principal' | 'action' | 'resource'

/** A place in a template's scope that a link fills. */
export type Slot = '?principal' | '?resource'

export const SLOTS: readonly Slot[] = ['?principal', '?resource']

/** The slots of a link, filled; undefined for a static policy. */
export type Slots = ReadonlyMap<Slot, EntityUid> | undefined

/** A scope constraint, checked and with its slots filled. */
export type Scope =
  | { readonly op: 'All' }
  | { readonly op: '=='; readonly entity: EntityUid }
  | { readonly op: 'in'; readonly entities: readonly EntityUid[]; readonly list: boolean }
  | { readonly op: 'is'; readonly type: string; readonly in: EntityUid | undefined }

/** Reads a scope constraint. Throws `PolicyError`. */
export function readScope(json: unknown, part: Part, slots: Slots, path: string): Scope {
  const where = `${path}.${part}`
  if (!isObject(json)) throw new PolicyError('policy_malformed', 'expected a scope constraint', where)
  switch (field(json, 'op')) {
    case 'All':
      return { op: 'All' }
    case '==':
      return { op: '==', entity: readTarget(json, part, slots, where) }
    case 'in':
      if (part === 'action' && Object.hasOwn(json, 'entities')) return readActions(json['entities'], where)
      return { op: 'in', entities: [readTarget(json, part, slots, where)], list: false }
    case 'is':
      if (part !== 'action') return readIs(json, part, slots, where)
      break
    default:
  }
  throw new PolicyError('operator_unknown', `${JSON.stringify(json['op'])} is not a scope operator`, where)
}

function readActions(list: unknown, path: string): Scope {
  if (!Array.isArray(list)) throw new PolicyError('policy_malformed', '`entities` must be a list', path)
  const entities: EntityUid[] = []
  for (const uid of list as unknown[]) entities.push(readUid(uid, 'policy_malformed', path))
  return { op: 'in', entities, list: true }
}

function readIs(json: JsonObject, part: Part, slots: Slots, path: string): Scope {
  const type = field(json, 'entity_type')
  if (typeof type !== 'string' || !isTypeName(type)) {
    throw new PolicyError('policy_malformed', '`entity_type` must be the name of a type', path)
  }
  const within = field(json, 'in')
  if (within === undefined) return { op: 'is', type, in: undefined }
  if (!isObject(within)) throw new PolicyError('policy_malformed', '`in` must name an entity or a slot', path)
  return { op: 'is', type, in: readTarget(within, part, slots, path) }
}

function readTarget(json: JsonObject, part: Part, slots: Slots, path: string): EntityUid {
  const slot = field(json, 'slot')
  if (slot === undefined) return readUid(field(json, 'entity'), 'policy_malformed', path)
  if (part === 'action' || slot !== `?${part}`) {
    throw new PolicyError('policy_malformed', `the slot of ${part} is \`?${part}\``, path)
  }
  const filled = slots?.get(slot as Slot)
  if (filled === undefined) throw new PolicyError('template_link_invalid', `\`${slot}\` is not filled`, path)
  return filled
}

/** The slots that a template's scope has, which has been read. */
export function slotsOf(template: JsonObject): ReadonlySet<Slot> {
  const slots = new Set<Slot>()
  for (const slot of SLOTS) {
    const scope = field(template, slot.slice(1))
    const within = isObject(scope) ? field(scope, 'in') : undefined
    for (const place of [scope, within]) if (isObject(place) && field(place, 'slot') === slot) slots.add(slot)
  }
  return slots
}

const OF: { readonly [P in Part]: (run: Run) => EntityUid } = {
  principal: (run) => run.principal,
  action: (run) => run.action,
  resource: (run) => run.resource,
}

/** The test of a scope constraint, or undefined when it holds always. It cannot fail. */
export function compileScope(scope: Scope, part: Part): Test | undefined {
  const of = OF[part]
  switch (scope.op) {
    case 'All':
      return undefined
    case '==': {
      const { type, id } = scope.entity
      return (run) => of(run).id === id && of(run).type === type
    }
    case 'in': {
      const { entities } = scope
      const [only] = entities
      if (entities.length === 1 && only !== undefined) return (run) => run.isIn(of(run), only)
      return (run) => {
        for (const target of entities) if (run.isIn(of(run), target)) return true
        return false
      }
    }
    default: {
      const { type, in: target } = scope
      if (target === undefined) return (run) => of(run).type === type
      return (run) => of(run).type === type && run.isIn(of(run), target)
    }
  }
}
