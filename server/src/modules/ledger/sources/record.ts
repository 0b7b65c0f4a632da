import {
  adoptDocument,
  kindOfForeign,
  limits,
  type PersonalMark,
  pointerOf,
  stepsOf,
  UnsequencedEvent,
  valueAt,
} from '@holdfast/events'
import { platformErrors } from '../../../platform/errors.ts'
import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Caller } from '../../../platform/ports.ts'
import type { Random } from '../../../platform/random.ts'
import type { Work } from '../../../platform/work.ts'
import type { Ingest } from '../ingest.ts'
import { derivedId, isUuid7 } from './derived-id.ts'
import { sourceErrors } from './errors.ts'
import type { CompactEvent, DocumentEvent, GivenEvent } from './wire.ts'

export interface RecordDeps {
  readonly ingest: Ingest
  readonly random: Random
}

export interface Recorded {
  readonly accepted: number
  readonly events: { readonly id: string; readonly kind: string }[]
}

interface Prepared {
  readonly event: UnsequencedEvent
  readonly document?: DocumentEvent
}

/** Records events that others made. All of them or, when one is not acceptable, none. */
export async function recordEvents(
  { ingest, random }: RecordDeps,
  { work, caller, now }: { readonly work: Work; readonly caller: Caller; readonly now: Date },
  given: readonly GivenEvent[],
): Promise<Outcome<Recorded>> {
  const foreign = given.find(
    ({ event }) => caller.application !== null && (event.application ?? caller.application) !== caller.application,
  )
  if (foreign !== undefined) {
    const application = foreign.event.application ?? ''
    return refuse(sourceErrors.event_application_foreign, { own: caller.application ?? '', application })
  }
  const prepared = given.map(
    ({ form, event }): Prepared =>
      form === 'compact'
        ? { event: compact(event, caller, random, now) }
        : { event: outline(event, caller, random), document: event },
  )
  const errors = prepared.flatMap(problemsOf)
  if (errors.length > 0) return refuse(platformErrors.input_invalid, {}, { errors: errors.slice(0, 50) })
  const kept: { id: string; kind: string }[] = []
  return work(async (tx) => {
    const events = prepared.map(({ event }) => event)
    const accepted = await ingest(tx, events, caller.principal, (event, n) => {
      kept.push({ id: event.id, kind: event.kind })
      const document = prepared[n]?.document
      if (document === undefined) return undefined
      return adoptDocument(document.ocsf, event, { tenant: tx.tenant, said: marksOf(document.personal, '') })
    })
    return ok({ accepted, events: kept })
  })
}

function compact(given: CompactEvent, caller: Caller, random: Random, now: Date): UnsequencedEvent {
  const { source, personal } = given
  return {
    id: given.id ?? random.id(),
    time: (given.time === undefined ? now : new Date(given.time)).toISOString(),
    kind: given.kind,
    outcome: given.outcome,
    actor: given.actor ?? null,
    resource: given.resource ?? null,
    application: given.application ?? caller.application,
    reason: given.reason ?? null,
    source: { address: source?.address ?? null, userAgent: source?.userAgent ?? null },
    requestId: given.requestId ?? null,
    data: given.data ?? {},
    ...(personal !== undefined && { personal: marksOf(personal, '/data') }),
  }
}

/** What the log needs to know of a document before it is kept as it is: the rest is read from it. */
function outline({ ocsf, application }: DocumentEvent, caller: Caller, random: Random): UnsequencedEvent {
  const { metadata, time, unmapped = {} } = ocsf
  const at = new Date(time)
  const { correlation_uid: correlation } = metadata as { correlation_uid?: string }
  const own = metadata.uid
  const id = isUuid7(own) ? own : own === undefined ? random.id() : derivedId(at, [caller.principal.id, 'ocsf', own])
  return {
    id,
    time: at.toISOString(),
    kind: kindOfForeign(ocsf),
    outcome: 'success',
    actor: null,
    resource: null,
    application: application ?? caller.application,
    reason: null,
    source: { address: null, userAgent: null },
    requestId: correlation ?? null,
    data: unmapped,
  }
}

type Said = readonly { readonly field: string; readonly subject: { readonly id: string } | null }[] | undefined

/** @param below where the pointers of the marks begin: `/data` of a compact event, or nowhere */
function marksOf(said: Said, below: string): PersonalMark[] {
  return (said ?? []).map(({ field, subject }) => ({
    pointer: field.slice(below.length),
    subject: subject === null ? null : `Person/${subject.id}`,
  }))
}

type Problem = { readonly path: string; readonly message: string }

function problemsOf({ event, document }: Prepared, n: number): Problem[] {
  const at = `body.${n}`
  const said = document?.personal ?? event.personal?.map(({ pointer }) => ({ field: `/data${pointer}` })) ?? []
  const whole: unknown = document?.ocsf ?? { data: event.data }
  const lost = said
    .filter(({ field }) => typeof valueAt(whole, pointerOf(stepsOf(field))) !== 'string')
    .map(({ field }) => ({ path: `${at}.personal`, message: `there is no text at ${field.slice(0, limits.id)}` }))
  if (document !== undefined && said.length > 0 && lost.length === 0) {
    // As it will be kept: scrubbed, and under our names.
    try {
      adoptDocument(document.ocsf, event, { tenant: '', said: marksOf(document.personal, '') })
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      lost.push({ path: `${at}.personal`, message: error.message.slice(0, limits.id) })
    }
  }
  const checked = UnsequencedEvent.safeParse(event)
  if (checked.success) return lost
  return [
    ...lost,
    ...checked.error.issues.map((issue) => ({ path: [at, ...issue.path].join('.'), message: issue.message })),
  ]
}
