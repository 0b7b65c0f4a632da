import { DIFFERENCES } from '@holdfast/bundle'
import { z } from 'zod'
import type { StoredEvent } from '../../ledger/index.ts'

/** A uid in a query: `Person::0190...`, with or without quotes around the id. */
const UidText = z
  .string()
  .max(1_300)
  .regex(/^[A-Za-z_][\w:]*::(?:"[^"]*"|[^"]*)$/, 'is no uid as Person::"id"')
  .transform((text) => {
    const at = text.includes('::"') ? text.indexOf('::"') : text.lastIndexOf('::')
    return { type: text.slice(0, at), id: text.slice(at + 2).replace(/^"(.*)"$/, '$1') }
  })

const time = z.iso
  .datetime({ offset: true })
  .transform((value) => new Date(value))
  .refine((date) => date.getTime() >= 0 && date.getUTCFullYear() <= 9999, 'is not a time that an event can have')

export const DecisionQuery = z
  .strictObject({
    principal: UidText,
    resource: UidText,
    action: z.string().min(1).max(200),
    decision: z.enum(['allow', 'deny', 'failed']),
    via: z.enum(['require', 'can', 'authzen', 'evaluate']),
    since: time,
    until: time,
    cursor: z.uuid(),
    limit: z.coerce.number().int().min(1).max(500),
  })
  .partial()

const Reference = z.object({ type: z.string(), id: z.string() })

const LoggedDecision = z.object({
  /** of its event */
  id: z.string(),
  time: z.string(),
  kind: z.string(),
  principal: Reference.nullable(),
  action: z.string().nullable(),
  resource: Reference.nullable(),
  decision: z.enum(['allow', 'deny']).nullable(),
  via: z.string().nullable(),
  reason: z.string().nullable(),
  policies: z.array(z.string()),
  errors: z.array(z.object({ policy: z.string(), message: z.string() })),
  epoch: z.number().nullable(),
  /** the probability with which such a decision is recorded; 1: each */
  rate: z.number(),
  /** of a summary: how many alike it counts beside those that are told one by one; 0: it is one decision */
  more: z.number(),
  explanation: z.string().nullable(),
  context: z.record(z.string(), z.unknown()).nullable(),
  /** what the decision read of the resource and others */
  given: z.array(z.record(z.string(), z.unknown())),
  /** what was too large to be kept */
  omitted: z.array(z.string()),
  /** the service that shipped it; null: the control plane took it */
  reportedBy: Reference.nullable(),
})

export const DecisionPage = z.object({
  items: z.array(LoggedDecision),
  next: z.string().nullable(),
  /** false when the time for one answer was over: `next` goes on where it ended */
  complete: z.boolean(),
})

export const Settings = z.strictObject({ allowRate: z.number().min(0).max(1) })

export const PolicyInputs = z
  .array(
    z.strictObject({
      name: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,99}$/, 'lower-case letters, digits, dashes and underscores'),
      text: z.string().max(64 * 1024),
    }),
  )
  .max(500)

export const ReplayInput = z.strictObject({
  /** the policies to decide with, all of them; absent: the candidate's */
  policies: PolicyInputs.optional(),
  schema: z
    .string()
    .max(256 * 1024)
    .optional(),
  /** groups, roles, grants and stored entities of now, or as they were when the decision was taken */
  hierarchy: z.enum(['now', 'then']).default('now'),
  since: time.optional(),
  until: time.optional(),
  cursor: z.uuid().optional(),
  limit: z.int().min(1).max(500).default(200),
})

const Turned = z.object({
  kind: z.enum(DIFFERENCES),
  action: z.string(),
  live: z.array(z.string()),
  candidate: z.array(z.string()),
  count: z.number(),
  /** with those that sampling left out */
  estimated: z.number(),
  examples: z.array(
    z.object({
      event: z.string(),
      time: z.string(),
      principal: Reference,
      resource: Reference,
      /** why the other policies say so */
      explanation: z.string(),
    }),
  ),
})

export const ReplayReport = z.object({
  /** decisions of the log that were looked at */
  looked: z.int(),
  /** of them those that could be taken again */
  replayed: z.int(),
  turned: z.array(Turned),
  byPrincipal: z.array(z.object({ principal: Reference, count: z.int() })),
  /** the live policies say something else today, by other groups, grants or policies than then */
  drifted: z.int(),
  /** why the others could not: what the log has not kept whole, and who or what is no more */
  unreplayable: z.record(z.string(), z.int()),
  /** refusals that were only counted, in summaries */
  counted: z.int(),
  next: z.string().nullable(),
})

const text = (value: unknown) => (typeof value === 'string' ? value : null)
const list = (value: unknown) => (Array.isArray(value) ? (value as unknown[]) : [])
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** An edge may have shipped anything under these kinds: what has not its form is left out. */
export function showDecision({ view, id }: StoredEvent): z.input<typeof LoggedDecision> {
  const { data } = view
  const { decision, epoch, rate, more, explanation, context, given, omitted } = data
  const reference = (value: unknown) => {
    const parsed = Reference.safeParse(value)
    return parsed.success ? parsed.data : null
  }
  return {
    id,
    time: view.time,
    kind: view.kind,
    principal: view.actor === null ? null : { type: view.actor.type, id: view.actor.id },
    action: text(data['action']),
    resource: view.resource === null ? null : { type: view.resource.type, id: view.resource.id },
    decision: decision === 'allow' || decision === 'deny' ? decision : null,
    via: text(data['via']),
    reason: view.reason,
    policies: list(data['policies']).filter((name) => typeof name === 'string'),
    errors: list(data['errors']).flatMap((error) =>
      isObject(error) ? [{ policy: text(error['policy']) ?? '', message: text(error['message']) ?? '' }] : [],
    ),
    epoch: typeof epoch === 'number' ? epoch : null,
    rate: typeof rate === 'number' ? rate : 1,
    more: data['summary'] === true && typeof more === 'number' ? more : 0,
    explanation: text(explanation),
    context: isObject(context) ? context : null,
    given: list(given).filter(isObject),
    omitted: list(omitted).filter((name) => typeof name === 'string'),
    reportedBy: reference(data['reportedBy']),
  }
}
