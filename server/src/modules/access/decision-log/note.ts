import { createSampler, decisionData, type Sampler } from '@holdfast/bundle'
import { completeEvent } from '@holdfast/events'
import { LRUCache } from 'lru-cache'
import type { Clock } from '../../../platform/clock.ts'
import type { Random } from '../../../platform/random.ts'
import type { Telemetry } from '../../ledger/index.ts'
import type { SeenDecision } from './types.ts'

export interface NoteDeps {
  readonly telemetry: Pick<Telemetry, 'add'>
  readonly clock: Clock
  readonly random: Random
}

/** Logs a decision of the control plane: each one that denies, a share of those that allow, each policy that failed. */
export type NoteDecision = (seen: SeenDecision, allowRate: number) => void

export function createNote({ telemetry, clock, random }: NoteDeps): NoteDecision {
  const samplers = new LRUCache<string, Sampler>({ max: 1_000 })

  function samplerOf({ tx, application }: SeenDecision, rate: number): Sampler {
    const key = `${tx.tenant} ${application}`
    const known = samplers.get(key)
    if (known?.rate === rate) return known
    const made = createSampler(rate, (bytes) => random.bytes(bytes))
    samplers.set(key, made)
    return made
  }

  function add(seen: SeenDecision, kind: string, more: Pick<Told, 'outcome' | 'reason'> & { rate?: number }): void {
    const { outcome, reason, rate } = more
    const data = { ...loggedDecision(seen), ...(rate !== undefined && { rate }) }
    telemetry.add(
      eventOf(seen, { kind, outcome, reason, data }, { id: random.id(), time: clock.now() }),
      seen.tx.tenant ?? null,
    )
  }

  return (seen, allowRate) => {
    const { decided } = seen
    if (decided.errors.length > 0) add(seen, 'decision.failed', { outcome: 'failure', reason: 'policy_failed' })
    if (decided.decision === 'deny') add(seen, 'decision.denied', { outcome: 'refused', reason: 'denied' })
    else if (samplerOf(seen, allowRate).take()) {
      add(seen, 'decision.allowed', { outcome: 'success', reason: 'allowed', rate: allowRate })
    }
  }
}

interface Told {
  readonly kind: string
  readonly outcome: 'success' | 'refused' | 'failure'
  readonly reason: string
  readonly data: Readonly<Record<string, unknown>>
}

/** An event about a decision: its principal is the actor. Who asked stands in its data. */
export function eventOf(
  { application, asked, request }: SeenDecision,
  told: Told,
  { id, time }: { readonly id: string; readonly time: Date },
): ReturnType<typeof completeEvent> {
  const { source, requestId } = asked
  const { principal, resource } = request
  return completeEvent(
    {
      ...told,
      actor: { type: principal.type, id: principal.id },
      resource: { type: resource.type, id: resource.id },
      application,
    },
    { id, time, source, requestId },
  )
}

/**
 * What a decision was taken on, for the log.
 * @param explained tells why, though it allows
 */
export function loggedDecision(
  { asked, request, given, epoch, decided }: SeenDecision,
  explained: boolean = decided.decision === 'deny',
): Readonly<Record<string, unknown>> {
  const { decision, reasons, errors, text, nearest } = decided
  return decisionData({
    via: asked.via,
    principal: request.principal,
    action: request.action.id,
    actionType: request.action.type,
    decision,
    policies: reasons,
    errors,
    epoch,
    context: request.context as Readonly<Record<string, unknown>> | undefined,
    given,
    askedBy: asked.by,
    ...(explained && { explanation: { text, nearest } }),
  })
}
