import { z } from 'zod'
import { DIFFERENCES } from '@holdfast/bundle'
import type { Transaction } from '../../../platform/database/database.ts'
import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { ReadEvents, StoredEvent } from '../../ledger/index.ts'
import { errors } from '../errors.ts'
import { findApplication, listPolicies } from '../store.ts'
import { shadowErrors } from './errors.ts'
import { liveVersion } from './live.ts'
import { countKinds, findCandidate, listDifferences } from './store.ts'
import type { CandidateRow } from './types.ts'
import { showDecision } from '../decision-log/wire.ts'

const Reference = z.object({ type: z.string(), id: z.string() })

/** A candidate older than this has been forgotten: nobody looks at it, and it still costs time. */
export const forgottenDays = 30

export const Candidate = z.object({
  /** another for each change of it; `promote` wants it */
  id: z.uuid(),
  policies: z.array(
    z.object({ name: z.string(), kind: z.enum(['policy', 'template']), text: z.string(), effect: z.string() }),
  ),
  /** null: the live one */
  schema: z.string().nullable(),
  startedAt: z.iso.datetime(),
  startedBy: Reference,
  /** names what is live now; `promote` wants it */
  live: z.string(),
  /** whether something live changed since it was started: promoting it would undo that */
  liveChanged: z.boolean(),
  /** whether it is older than 30 days */
  forgotten: z.boolean(),
})

const Sample = z.object({
  event: z.string(),
  time: z.string(),
  principal: Reference.nullable(),
  action: z.string().nullable(),
  resource: Reference.nullable(),
  decision: z.enum(['allow', 'deny']).nullable(),
  policies: z.array(z.string()),
  /** what the candidate says, and why */
  candidate: z.object({
    decision: z.string().nullable(),
    policies: z.array(z.string()),
    errors: z.array(z.object({ policy: z.string(), message: z.string() })),
  }),
  explanation: z.string().nullable(),
})

export const CandidateReport = z.object({
  candidate: Candidate.omit({ policies: true, schema: true }),
  /** decisions that both took */
  compared: z.number(),
  /** decisions that the candidate was not asked about, because it had used up its share of time */
  skipped: z.number(),
  lastComparedAt: z.iso.datetime().nullable(),
  byKind: z.record(z.enum(DIFFERENCES), z.number()),
  /** those that were met most, other answers first */
  differences: z.array(
    z.object({
      kind: z.enum(DIFFERENCES),
      /** `*` of all that had no more room */
      action: z.string(),
      live: z.array(z.string()),
      candidate: z.array(z.string()),
      count: z.number(),
      lastAt: z.iso.datetime(),
      samples: z.array(Sample),
    }),
  ),
})

export function showCandidate(row: CandidateRow, live: string, now: Date): z.input<typeof Candidate> {
  return {
    ...head(row, live, now),
    policies: row.policies.map(({ name, kind, text, effect }) => ({ name, kind, text, effect })),
    schema: row.schema_text,
  }
}

function head(row: CandidateRow, live: string, now: Date) {
  return {
    id: row.id,
    startedAt: row.started_at.toISOString(),
    startedBy: { type: row.started_by_type, id: row.started_by_id },
    live,
    liveChanged: live !== row.live,
    forgotten: isForgotten(row, now),
  }
}

export function isForgotten({ started_at: at }: Pick<CandidateRow, 'started_at'>, now: Date): boolean {
  return now.getTime() - at.getTime() > forgottenDays * 86_400_000
}

export interface FoundCandidate {
  readonly row: CandidateRow
  /** of now */
  readonly live: string
}

export async function readCandidate(tx: Transaction, application: string): Promise<Outcome<FoundCandidate>> {
  const found = await findApplication(tx, application)
  if (found === undefined) return refuse(errors.application_not_found, { application })
  const row = await findCandidate(tx, application)
  if (row === undefined) return refuse(shadowErrors.candidate_not_found, { application })
  return ok({ row, live: liveVersion(found, await listPolicies(tx, application)) })
}

const mostDifferences = 100

/** What the candidate would have decided otherwise so far. */
export async function reportOf(
  tx: Transaction,
  application: string,
  readEvents: ReadEvents,
  now: Date,
): Promise<Outcome<z.input<typeof CandidateReport>>> {
  const found = await readCandidate(tx, application)
  if (!found.ok) return found
  const { row, live } = found.value
  const differences = await listDifferences(tx, application, mostDifferences)
  const events = await readEvents(tx, [...new Set(differences.flatMap(({ samples }) => samples))])
  const samples = new Map(
    events.filter((event) => isSampleOf(event, application, row.id)).map((event) => [event.id, event]),
  )
  const zero = Object.fromEntries(DIFFERENCES.map((kind) => [kind, 0]))
  return ok({
    candidate: head(row, live, now),
    compared: row.compared,
    skipped: row.skipped,
    lastComparedAt: row.last_compared_at?.toISOString() ?? null,
    byKind: { ...zero, ...(await countKinds(tx, application)) } as Record<(typeof DIFFERENCES)[number], number>,
    differences: differences.map((difference) => ({
      kind: difference.kind as (typeof DIFFERENCES)[number],
      action: difference.action,
      live: [...difference.live],
      candidate: [...difference.candidate],
      count: difference.count,
      lastAt: difference.last_at.toISOString(),
      samples: difference.samples.flatMap((id) => {
        const event = samples.get(id)
        return event === undefined ? [] : [showSample(event)]
      }),
    })),
  })
}

/** Ids of samples come from edges: one that names another event, of another application perhaps, does not show it. */
function isSampleOf({ view }: StoredEvent, application: string, candidate: string): boolean {
  const about = view.data['candidate'] as { id?: unknown } | undefined
  return view.kind === 'decision.differed' && view.application === application && about?.id === candidate
}

function showSample(event: StoredEvent): z.input<typeof Sample> {
  const { principal, action, resource, decision, policies, explanation, time } = showDecision(event)
  const other = showDecision({
    ...event,
    view: { ...event.view, data: event.view.data['candidate'] as object as never },
  })
  return {
    event: event.id,
    time,
    principal,
    action,
    resource,
    decision,
    policies,
    explanation,
    candidate: { decision: other.decision, policies: other.policies, errors: other.errors },
  }
}
