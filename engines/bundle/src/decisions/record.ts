import { about, isSecretName, type Reference, scrubText } from '@holdfast/events'

/** Where a decision was taken: by `require`, by `can`, over AuthZEN, or by somebody who tried it out over the management API. */
export type DecisionVia = 'require' | 'can' | 'authzen' | 'evaluate'

/** Of an entity what whoever asked said of it, in Cedar's JSON. */
export interface GivenEntity {
  readonly uid: unknown
  readonly attrs?: Readonly<Record<string, unknown>> | undefined
  readonly parents?: readonly unknown[] | undefined
  readonly tags?: Readonly<Record<string, unknown>> | undefined
}

/** A decision that was taken. Principal and resource are the actor and the resource of its event. */
export interface MadeDecision {
  readonly via: DecisionVia
  readonly principal: Reference
  readonly action: string
  /** `Action`, where it is not said; with a namespace otherwise. */
  readonly actionType?: string | undefined
  readonly decision: 'allow' | 'deny'
  readonly policies: readonly string[]
  readonly errors: readonly { readonly policy: string; readonly message: string }[]
  readonly epoch: number
  /** Cedar's JSON, integers as numbers or bigint. */
  readonly context?: Readonly<Record<string, unknown>> | undefined
  /** What the decision read of the resource and others, besides the directory. */
  readonly given: readonly GivenEntity[]
  /** The probability with which such a decision is recorded, where it is not each of them. */
  readonly rate?: number | undefined
  readonly explanation?: { readonly text: string; readonly nearest: object | null } | undefined
  /** Who asked, where it was not the principal itself. */
  readonly askedBy?: Reference | undefined
}

/** Bounds of the record of one decision: it must fit into an event with all of its places marked. */
const MOST_TEXTS = 56
const MOST_BYTES = 11_000
const LONGEST_TEXT = 2_000
/** Levels below `data` that an event keeps; the deepest place that a value may have. */
const DEEPEST = 7
const MOST_POLICIES = 20
const MOST_ERRORS = 5
/** Names that a log neither cuts nor renames. */
const NAME = /^[A-Za-z_][\w-]{0,63}$/

/**
 * The `data` of a decision's event: all that replaying it needs, bounded, with texts marked as the personal data of the person that they are
 * of. Texts of the context are the principal's; those of an entity are of the one person whom it names, else of nobody that we know. What is
 * too large is left out as a whole and named in `omitted`: a decision is replayed as it was or not at all.
 */
export function decisionData(made: MadeDecision): Readonly<Record<string, unknown>> {
  const room: Room = { texts: MOST_TEXTS, bytes: MOST_BYTES }
  const omitted: string[] = []
  const take = (name: string, make: () => unknown) => {
    const value = make()
    if (value !== UNFIT) return value
    omitted.push(name)
    return undefined
  }
  const { context, given, explanation, rate, askedBy } = made
  const kept = take('context', () =>
    context === undefined || Object.keys(context).length === 0 ? undefined : encode(context, made.principal, room, 2),
  )
  const entities = take('given', () => (given.length === 0 ? undefined : encodeEntities(given, room)))
  return {
    via: made.via,
    action: made.action,
    ...(made.actionType !== undefined && made.actionType !== 'Action' && { actionType: made.actionType }),
    decision: made.decision,
    policies: made.policies.slice(0, MOST_POLICIES),
    ...(made.errors.length > 0 && { errors: made.errors.slice(0, MOST_ERRORS).map(shortened) }),
    epoch: made.epoch,
    ...(kept !== undefined && { context: kept }),
    ...(entities !== undefined && { given: entities }),
    ...(omitted.length > 0 && { omitted }),
    ...(rate !== undefined && { rate }),
    ...(askedBy !== undefined && { askedBy: { type: askedBy.type, id: askedBy.id } }),
    ...(explanation !== undefined && {
      explanation: about(made.principal, explanation.text.slice(0, LONGEST_TEXT)),
      nearest: explanation.nearest,
    }),
  }
}

const UNFIT = Symbol('does not fit')
const NOBODY: Reference = { type: '', id: '' }

interface Room {
  texts: number
  bytes: number
}

function shortened({ policy, message }: { readonly policy: string; readonly message: string }): object {
  return { policy, message: message.slice(0, 300) }
}

function encodeEntities(given: readonly GivenEntity[], room: Room): unknown {
  const list: unknown[] = []
  for (const { uid, attrs, parents, tags } of given) {
    const owner = personOf(attrs, parents)
    const entity: Record<string, unknown> = {}
    for (const [name, value] of Object.entries({ uid, attrs, parents, tags })) {
      if (value === undefined || isEmpty(value)) continue
      const own = name === 'attrs' || name === 'tags' ? encode(value, owner, room, 4) : plain(value, room)
      if (own === UNFIT) return UNFIT
      entity[name] = own
    }
    list.push(entity)
  }
  return list
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

/** Ids are no personal data: they say nothing without the directory. */
function plain(value: unknown, room: Room): unknown {
  const text = JSON.stringify(value)
  room.bytes -= text.length * 2
  return room.bytes < 0 ? UNFIT : (JSON.parse(text) as unknown)
}

/** The one person whom an entity names directly, as its author or owner. */
function personOf(attrs: GivenEntity['attrs'], parents: GivenEntity['parents']): Reference {
  const named = [...Object.values(attrs ?? {}), ...(parents ?? [])].map(uidOf).filter((uid) => uid?.type === 'Person')
  const ids = new Set(named.map((uid) => uid?.id ?? ''))
  const [only] = ids
  return ids.size === 1 && only !== undefined ? { type: 'Person', id: only } : NOBODY
}

function uidOf(value: unknown): Reference | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { __entity: escaped, ...unescaped } = value as { __entity?: object; type?: unknown; id?: unknown }
  const { type, id } = (escaped ?? unescaped) as { type?: unknown; id?: unknown }
  return typeof type === 'string' && typeof id === 'string' ? { type, id } : undefined
}

/** @param depth level of the value in an event's data, which is the first itself */
function encode(value: unknown, owner: Reference, room: Room, depth: number): unknown {
  room.bytes -= 8
  if (room.bytes < 0 || depth > DEEPEST + 1) return UNFIT
  switch (typeof value) {
    case 'boolean':
      return value
    case 'number':
      return value
    case 'bigint':
      // JSON has no such integers; `__long` is no name that Cedar's JSON knows.
      return Number.isSafeInteger(Number(value)) ? Number(value) : { __long: String(value) }
    case 'string':
      return encodeText(value, owner, room)
    case 'object':
      if (value === null || depth > DEEPEST) return UNFIT
      return Array.isArray(value) ? encodeList(value, owner, room, depth) : encodeRecord(value, owner, room, depth)
    default:
      return UNFIT
  }
}

function encodeText(value: string, owner: Reference, room: Room): unknown {
  room.bytes -= Buffer.byteLength(value)
  if (value === '') return value
  room.texts -= 1
  // A log cannot keep these characters, and writes others in their place.
  if (value.includes('\0') || !value.isWellFormed()) return UNFIT
  return room.texts < 0 || room.bytes < 0 || value.length > LONGEST_TEXT ? UNFIT : about(owner, value)
}

function encodeList(value: readonly unknown[], owner: Reference, room: Room, depth: number): unknown {
  const list: unknown[] = []
  for (const item of value) {
    const own = encode(item, owner, room, depth + 1)
    if (own === UNFIT) return UNFIT
    list.push(own)
  }
  return list
}

function encodeRecord(value: object, owner: Reference, room: Room, depth: number): unknown {
  const { __entity: entity, __extn: extension } = value as { __entity?: unknown; __extn?: { fn?: unknown } }
  if (entity !== undefined) return depth + 1 > DEEPEST ? UNFIT : plain(value, room)
  // The function is a word of Cedar; its argument may be an address.
  if (extension !== undefined && typeof extension.fn === 'string') {
    const { fn, ...rest } = extension
    const own = depth + 1 > DEEPEST ? UNFIT : encode(rest, owner, room, depth + 1)
    return own === UNFIT ? UNFIT : { __extn: { fn, ...(own as object) } }
  }
  const record: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(value)) {
    if (!NAME.test(name) || name === '__proto__' || scrubText(name) !== name) return UNFIT
    room.bytes -= name.length
    // Would be scrubbed in any case, and a mark inside of it with it.
    const own = isSecretName(name) ? '[redacted:secret]' : encode(member, owner, room, depth + 1)
    if (own === UNFIT) return UNFIT
    record[name] = own
  }
  return record
}
