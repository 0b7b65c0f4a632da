import type { EdgeRecord } from '@holdfast/sdk/edge'
import { deniedEvent, denialOf, type Judged } from '@holdfast/sdk/edge/decisions'
import { type Asker, type Refusal, refusal, type Reporter, type RequestHead } from '@holdfast/sdk/edge/guard'
import type { Caller } from '../identity/caller.ts'
import type { StepUp } from '../identity/challenge.ts'
import type { Route } from '../routing/table.ts'
import type { Standing } from '../standing.ts'
import { askingOf } from './gates.ts'
import type { Allowed } from './mask.ts'
import type { Masking } from './masked-answer.ts'
import { type Denial, FORBIDDEN, permit, wouldPermit } from './permit.ts'
import type { Place } from '@holdfast/http-guard'

/** A request of which it is known who asks. */
export interface Visit {
  readonly head: RequestHead
  readonly route: Route
  readonly place: Place
  readonly caller: Caller | null
  readonly address: string
  readonly requestId: string
}

/** It may not go on. */
export interface Stopped {
  readonly refusal: Refusal
  /** What a sign-in would have to show, where one would help. */
  readonly signIn: StepUp | 'any' | null
}

export interface EnforcerOptions {
  readonly standing: Pick<Standing, 'current'>
  readonly reporter: Reporter
  readonly record: (event: EdgeRecord, like: Readonly<Record<string, string>>) => string
  /** Milliseconds since 1970. */
  readonly now: () => number
}

const gone = refusal('policy_unavailable', 'The policies are not at hand any more, so nothing is allowed.', [
  'Retry-After',
  '2',
])
const unauthenticated = refusal('unauthenticated', 'This path needs a session.')
const unmasked = refusal('answer_refused', 'What the application answered may not leave.')
const insufficient = refusal('insufficient_user_authentication', 'This needs a stronger or a newer sign-in.')

/** Holds requests to the policies of their application, and tells of each that they stop. */
export class Enforcer {
  private readonly options: EnforcerOptions

  constructor(options: EnforcerOptions) {
    this.options = options
  }

  /**
   * By what holds at this moment, which may be newer than what the request was received by.
   * @param asker made only where something is told
   * @returns null when it may go on
   */
  enforce(received: Visit, asker: () => Asker): Stopped | null {
    const visit = this.asOfNow(received)
    if (visit === null) return { refusal: gone, signIn: null }
    const { place, caller, requestId } = visit
    if (visit !== received && caller === null && !place.public) return { refusal: unauthenticated, signIn: 'any' }
    const denial = place.mode === 'off' ? null : permit(this.permission(visit))
    if (denial === null) return null
    const judged = 'judged' in denial ? denial.judged : null
    if (place.mode === 'report') {
      const { code, cause } = answerTo(denial)
      if (judged === null) this.options.reporter.passed(code, asker(), requestId, cause)
      else this.tell(judged, asker(), requestId, code)
      return null
    }
    const answer = answerTo(denial)
    const told = judged === null ? answer : { ...answer, eventId: this.tell(judged, asker(), requestId, null) }
    const signIn = denial.kind === 'anonymous' ? 'any' : denial.kind === 'insufficient' ? denial.stepUp : null
    return { refusal: told, signIn }
  }

  /** Whether what was let through would be again, as things are now; nothing is told of it. */
  stillPermits(received: Visit): boolean {
    const visit = this.asOfNow(received)
    return visit !== null && wouldPermit(this.permission(visit))
  }

  /** What becomes of the answer; null: it goes out as it is. */
  masking(received: Visit, asker: () => Asker): Masking | null {
    const visit = this.asOfNow(received) ?? received
    const { mask, mode } = visit.place
    if (mask === null || mode === 'off') return null
    return {
      mask,
      mode,
      decide: () => this.allowed(visit),
      onPassed: ({ found }) =>
        this.options.reporter.found({ ...unmasked, found: found ?? {} }, asker(), visit.requestId),
    }
  }

  /** By what holds when the answer is there. */
  private allowed(visit: Visit): Allowed | null {
    const gate = this.current(visit)?.gate
    const rules = gate?.rules() ?? null
    if (gate === undefined || rules === null) return null
    const { asking } = this.permission(visit)
    return (action, resource) => asking !== null && gate.judge.allows(rules, { principal: asking, action, resource })
  }

  private asOfNow(visit: Visit): Visit | null {
    const route = this.current(visit)
    if (route === visit.route) return visit
    return route === null ? null : { ...visit, route, place: route.places.of(visit.head) }
  }

  private current({ head, route }: Visit): Route | null {
    const now = this.options.standing.current()?.routes.get(head.host)
    return now?.application === route.application ? now : null
  }

  private permission(visit: Visit): Parameters<typeof permit>[0] {
    const { head, route, place, caller, requestId, address } = visit
    const info = { source: { address, userAgent: head.userAgent }, requestId }
    const asking = caller === null ? null : askingOf(caller, info)
    return { place, gate: route.gate, asking, upgrade: head.upgrade, now: this.options.now() }
  }

  /** All that the decision was taken on. @param passed why it would have been refused, were this more than a report */
  private tell(judged: Judged, asker: Asker, requestId: string, passed: string | null): string {
    const { method, path, host, address, userAgent, application } = asker
    const denied = denialOf(judged)
    const event = deniedEvent(denied)
    const data = { ...event.data, request: { method, path, host } }
    const where = { application: application ?? '', source: { address, userAgent }, requestId }
    const reported = passed === null ? {} : ({ kind: 'request.reported', outcome: 'success', reason: passed } as const)
    return this.options.record({ ...event, ...reported, data, ...where }, { action: denied.action })
  }
}

function answerTo(denial: Denial): Refusal {
  if (denial.kind === 'refused') return denial.refusal
  if (denial.kind === 'denied') return refusal('forbidden', FORBIDDEN)
  return denial.kind === 'anonymous' ? unauthenticated : insufficient
}
