import type { IncomingMessage, ServerResponse } from 'node:http'
import { clientOf, type Guard, type LimitSettings } from '@holdfast/http-guard'
import type { Limited, Limiter } from '../limits/limiter.ts'
import type { Load } from '../limits/load.ts'
import type { Counted, Rule } from '../limits/rules.ts'
import { type Refusal, refusal } from '../refusal/catalogue.ts'
import type { RequestHead } from '../request/head.ts'

/** Who asks, as far as limits tell callers apart. */
export interface Caller {
  readonly principal: { readonly type: string; readonly id: string }
  /** The OAuth client that acts for them, or null. */
  readonly client: string | null
}

/** A request whose application is known. */
export interface Visit {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly address: string
  readonly head: RequestHead
  readonly route: {
    readonly application: string
    readonly guard: Guard
    readonly limits: { readonly settings: LimitSettings }
  }
  /** Which of the application's routes it is. */
  readonly place?: { readonly cost: number | null }
}

export interface AdmissionOptions<V extends Visit> {
  readonly limiter: Limiter
  readonly load: Load
  /** Told of what passes only because the application's limits do no more than report. */
  readonly onPassed: (visit: V, refusal: Refusal) => void
}

/** By which rules a request was counted. */
export interface Tally {
  rules: readonly Rule[]
}

/** Who may come in at all, how many at a time, and how often. */
export class Admission<V extends Visit> {
  private readonly options: AdmissionOptions<V>

  constructor(options: AdmissionOptions<V>) {
    this.options = options
  }

  /** What can be said before anybody has looked who asks. */
  enter(visit: V, tally: Tally): Refusal | null | Promise<Refusal | null> {
    const { route, address, request, response, head } = visit
    const { allowed, denied } = route.guard
    if (denied.has(address) || (allowed.size > 0 && !allowed.has(address))) return { ...barred, cause: 'address' }
    const { settings } = route.limits
    if (settings.mode === 'off') return null
    const over = { request, response, tunnel: head.upgrade }
    const full = this.options.load.enter(route.application, settings, clientOf(address), over)
    if (full !== null) return this.only(visit, full) ?? this.count(visit, tally, null, false)
    return this.count(visit, tally, null, false)
  }

  /** What is counted by who asks. @param caller null for nobody */
  identified(visit: V, tally: Tally, caller: Caller | null): Refusal | null | Promise<Refusal | null> {
    return this.count(visit, tally, caller, true)
  }

  /** Fields that tell the client how it stands. */
  fields(visit: V, { rules }: Tally, caller: Caller | null): string[] {
    if (rules.length === 0 || !visit.route.limits.settings.headers) return []
    return this.options.limiter.fields(rules, counted(visit, caller))
  }

  private count(
    visit: V,
    tally: Tally,
    caller: Caller | null,
    late: boolean,
  ): Refusal | null | Promise<Refusal | null> {
    const { application, limits } = visit.route
    if (limits.settings.mode === 'off' || limits.settings.rules.length === 0) return null
    const limited = this.options.limiter.take(application, limits.settings, late, counted(visit, caller))
    const settle = ({ refusal: refused, rules }: Limited): Refusal | null => {
      if (rules.length > 0) tally.rules = [...tally.rules, ...rules]
      return refused === null ? null : this.only(visit, refused)
    }
    return limited instanceof Promise ? limited.then(settle) : settle(limited)
  }

  /** Where limits only report, nobody is refused. */
  private only(visit: V, refused: Refusal): Refusal | null {
    if (visit.route.limits.settings.mode === 'block') return refused
    this.options.onPassed(visit, refused)
    return null
  }
}

const barred = refusal('address_refused', 'Requests from this address are not answered.')

function counted({ head, address, place }: Visit, caller: Caller | null): Counted {
  const { method, target } = head
  const principal = caller === null ? null : `${caller.principal.type}:${caller.principal.id}`
  const key = caller?.client ?? (caller?.principal.type === 'Service' ? caller.principal.id : null)
  return {
    method,
    readings: target.readings,
    client: clientOf(address),
    account: principal,
    key,
    cost: place?.cost ?? null,
  }
}
