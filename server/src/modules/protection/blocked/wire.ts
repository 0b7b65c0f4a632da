import { z } from 'zod'
import { exceptionId } from '../exceptions/scope.ts'
import { ScopeShape } from '../exceptions/wire.ts'
import type { Group } from './groups.ts'
import { type BlockedRequest, proposalsOf, type Told } from './request.ts'
import { stepsOf } from './steps.ts'

const time = z.iso.datetime({ offset: true }).transform((value) => new Date(value))

export const BlockedQuery = z
  .strictObject({
    mode: z.enum(['blocked', 'reported', 'refused']),
    code: z.string().min(1).max(64),
    detector: z.string().min(1).max(64),
    operation: z.string().min(1).max(2100),
    since: time,
    until: time,
    cursor: z.uuid(),
  })
  .partial()

export const RequestsQuery = BlockedQuery.extend({ limit: z.coerce.number().int().min(1).max(200).default(50) })

const words = z.array(z.string())
const nullable = z.string().nullable()

const Step = z.object({
  step: z.enum(['arrived', 'decoded', 'found']),
  by: z.string(),
  text: nullable,
  says: z.string(),
})

const finding = {
  kind: z.enum(['attack', 'schema', 'ambiguity', 'leak', 'rule', 'other']),
  code: z.string(),
  place: z.string(),
  name: z.string(),
  by: z.string(),
  class: z.string(),
  why: z.string(),
  evidence: z.string(),
  decoding: words,
  steps: z.array(Step),
  exception: ScopeShape.nullable().meta({ description: 'The exception that would let it through; null: see `whyNot`' }),
  whyNot: nullable,
  excepted: nullable.meta({ description: 'Id of the exception that lets it through by now' }),
}

const Group = z.object({
  key: z.string(),
  operation: z.string(),
  mode: z.enum(['blocked', 'reported', 'refused']),
  ...finding,
  index: z.int(),
  count: z.int(),
  first: z.string(),
  last: z.string(),
  events: z.array(z.uuid()).meta({ description: 'Ids of the newest' }),
})

export const GroupList = z.object({
  groups: z.array(Group),
  looked: z.int().meta({ description: 'Requests of this page; `next` goes on with older ones' }),
  next: z.uuid().nullable(),
  complete: z.boolean(),
})

export const Request = z.object({
  event: z.uuid(),
  at: z.string(),
  requestId: nullable,
  mode: z.enum(['blocked', 'reported', 'refused']),
  code: z.string(),
  status: z.int().nullable(),
  method: nullable,
  path: nullable,
  query: words.meta({ description: 'Names only' }),
  host: nullable,
  operation: nullable,
  address: nullable,
  userAgent: nullable,
  actor: z.object({ type: z.string(), id: z.string() }).nullable(),
  application: z.string(),
  count: z.int(),
  cause: nullable,
  findings: z.array(z.object({ index: z.int(), inName: z.boolean(), context: z.string(), ...finding })),
  more: z.int(),
})

export const RequestList = z.object({ items: z.array(Request), next: z.uuid().nullable(), complete: z.boolean() })

/** @param inForce ids of the exceptions that are in force */
export function showGroup(group: Group, inForce: ReadonlySet<string>): z.input<typeof Group> {
  const { finding: told, events, ...rest } = group
  return { ...(told === null ? nothingFound : toldOf(told, inForce)), ...rest, events: [...events] }
}

const nothingFound = {
  kind: 'other' as const,
  place: '',
  name: '',
  by: '',
  class: '',
  why: '',
  evidence: '',
  decoding: [],
  steps: [],
  exception: null,
  whyNot: 'Nothing was found in the request: what refused it has settings of its own.',
  excepted: null,
}

function toldOf(told: Told, inForce: ReadonlySet<string>) {
  const { kind, code, place, name, by, class: kindOfAttack, why, evidence, decoding, exception, whyNot } = told
  const id = exception === null ? null : exceptionId(exception)
  return {
    kind,
    code,
    place,
    name,
    by,
    class: kindOfAttack,
    why,
    evidence,
    decoding: [...decoding],
    steps: [...stepsOf(told)],
    exception,
    whyNot,
    excepted: id !== null && inForce.has(id) ? id : null,
  }
}

export function showRequest(request: BlockedRequest, inForce: ReadonlySet<string>): z.input<typeof Request> {
  const { rules: _, last: __, query, ...rest } = request
  const findings = proposalsOf(request).map((told, index) => ({
    index,
    inName: told.inName,
    context: told.context,
    ...toldOf(told, inForce),
  }))
  return { ...rest, query: [...query], findings }
}
