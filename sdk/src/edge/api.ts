import {
  BudgetResponse,
  type BudgetRequest,
  type Credentials,
  CspReportsResponse,
  type CspReportsRequest,
  EDGE_PATHS,
  EventsResponse,
  type EventsRequest,
  ExchangeResponse,
  type ExchangeRequest,
  type GatewayKeyRequest,
  IntrospectResponse,
  type IntrospectRequest,
  LearnedResponse,
  type LearnedRequest,
  LeaveResponse,
  type LeaveRequest,
  SignOutResponse,
  type SignOutRequest,
  SyncResponse,
  type SyncRequest,
  TrafficResponse,
  type TrafficRequest,
} from '@holdfast/bundle'

/**
 * The control plane did not do what was asked.
 * `unreachable` no answer · `refused` a problem answer (status and its code are kept) · `answer_malformed` not the protocol ·
 * `overloaded` too much under way here
 */
export class EdgeError extends Error {
  override readonly name = 'EdgeError'
  readonly code: 'unreachable' | 'refused' | 'answer_malformed' | 'overloaded'
  /** HTTP status of a refusal, else null. */
  readonly status: number | null
  /** The control plane's own stable code, else null. */
  readonly problem: string | null

  constructor(code: EdgeError['code'], message: string, status: number | null = null, problem: string | null = null) {
    super(message)
    this.code = code
    this.status = status
    this.problem = problem
  }
}

/** The edge protocol as functions. All throw EdgeError. */
export interface EdgeApi {
  sync(request: SyncRequest, signal: AbortSignal): Promise<SyncResponse>
  leave(request: LeaveRequest): Promise<LeaveResponse>
  introspect(request: IntrospectRequest): Promise<IntrospectResponse>
  exchange(request: ExchangeRequest): Promise<ExchangeResponse>
  signOut(request: SignOutRequest): Promise<SignOutResponse>
  gatewayKey(request: GatewayKeyRequest): Promise<void>
  events(request: EventsRequest, signal: AbortSignal): Promise<EventsResponse>
  budgets(request: BudgetRequest): Promise<BudgetResponse>
  cspReports(request: CspReportsRequest): Promise<CspReportsResponse>
  traffic(request: TrafficRequest): Promise<TrafficResponse>
  learned(request: LearnedRequest): Promise<LearnedResponse>
}

interface Schema<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false }
}

const TIMEOUT = 5_000
/** Nobody's end waits long for a farewell. */
const LEAVE_TIMEOUT = 1_000
const BUDGET_TIMEOUT = 2_000
const ANSWER_IN_TIME = 10_000

export function createEdgeApi({ url, token }: Credentials, fetch: typeof globalThis.fetch): EdgeApi {
  const base = url.replace(/\/+$/, '')

  async function call(method: 'POST' | 'PUT', path: string, body: object, signal: AbortSignal): Promise<unknown> {
    let response: Response
    let text: string
    try {
      response = await fetch(base + path, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify(body),
        // A redirect would carry the key to somebody else.
        redirect: 'error',
        signal,
      })
      text = await response.text()
    } catch (error) {
      const why = error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : ''
      throw new EdgeError('unreachable', `The control plane at ${base} cannot be reached: ${why}`)
    }
    const value = parse(text)
    if (response.ok) return value
    const problem = typeof value === 'object' && value !== null ? (value as { code?: unknown; detail?: unknown }) : {}
    const code = typeof problem.code === 'string' ? problem.code : null
    const detail = typeof problem.detail === 'string' ? ` ${problem.detail}` : ''
    const message = `The control plane at ${base} answered ${response.status}${code === null ? '' : ` ${code}`}.${detail}`
    throw new EdgeError('refused', message, response.status, code)
  }

  async function post<T>(
    path: string,
    body: object,
    schema: Schema<T>,
    signal = AbortSignal.timeout(TIMEOUT),
  ): Promise<T> {
    const parsed = schema.safeParse(await call('POST', path, body, signal))
    if (parsed.success) return parsed.data
    throw new EdgeError('answer_malformed', `The control plane at ${base} answered ${path} with something else.`)
  }

  return {
    sync: (request, signal) =>
      post(
        EDGE_PATHS.sync,
        request,
        SyncResponse,
        AbortSignal.any([signal, AbortSignal.timeout(request.waitSeconds * 1000 + ANSWER_IN_TIME)]),
      ),
    leave: (request) => post(EDGE_PATHS.leave, request, LeaveResponse, AbortSignal.timeout(LEAVE_TIMEOUT)),
    introspect: (request) => post(EDGE_PATHS.introspect, request, IntrospectResponse),
    exchange: (request) => post(EDGE_PATHS.exchange, request, ExchangeResponse),
    signOut: (request) => post(EDGE_PATHS.signOut, request, SignOutResponse),
    gatewayKey: async (request) => {
      await call('PUT', EDGE_PATHS.gatewayKey, request, AbortSignal.timeout(TIMEOUT))
    },
    // Somebody waits for the answer to their own request.
    budgets: (request) => post(EDGE_PATHS.budgets, request, BudgetResponse, AbortSignal.timeout(BUDGET_TIMEOUT)),
    cspReports: (request) => post(EDGE_PATHS.cspReports, request, CspReportsResponse),
    traffic: (request) => post(EDGE_PATHS.traffic, request, TrafficResponse),
    learned: (request) => post(EDGE_PATHS.learned, request, LearnedResponse),
    events: (request, signal) =>
      post(EDGE_PATHS.events, request, EventsResponse, AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)])),
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
