import {
  type AccessToken,
  ALL_APPLICATIONS,
  type ApplicationBundle,
  type BudgetRequest,
  type BudgetResponse,
  type Credentials,
  type CspReportsRequest,
  type ExchangeRequest,
  type ExchangeResponse,
  type GatewayBundle,
  INSTALLATION,
  type IntrospectResponse,
  prepareKeys,
  type LearnedRequest,
  type PublicJwk,
  type TrafficRequest,
  verifyApplicationBundle,
  verifyGatewayBundle,
} from '@holdfast/bundle'
import { completeEvent, type EdgeEvent, type NewEvent, type Source } from '@holdfast/events'
import { v7 } from 'uuid'
import { createEdgeApi } from './api.ts'
import { createAwaiting } from './awaiting.ts'
import { CredentialsError } from './credentials.ts'
import { createFloods, type Likeness } from './floods.ts'
import { type AnyBundle, createHolder, type Prepare } from './holder.ts'
import { createIntrospection } from './introspection.ts'
import { createRevocations } from './revocations.ts'
import { createShipping } from './shipping.ts'
import { surroundings as withDefaults, type Surroundings } from './surroundings.ts'
import { startSync } from './sync.ts'
import { createTokenVerifier, type TrustedTokens } from './tokens.ts'

/** An event of an edge, with the request that it belongs to. */
export interface EdgeRecord extends NewEvent {
  readonly application: string
  readonly source?: Source | undefined
  readonly requestId?: string | null | undefined
}

/** One process's line to the control plane. */
export interface Edge<B extends AnyBundle> {
  /** Random id of this process. */
  readonly id: string
  /** Where errors are documented and people sign in: the control plane's URL. */
  readonly url: string
  /** The bundle under a live lease, or null: then nothing may be allowed (503 `policy_unavailable`). */
  current(): B | null
  /** Everything up to this epoch of the tenant is in what is held, ended sessions too. */
  readonly through: number
  /**
   * Waits until everything up to the epoch is held.
   * @returns false when it is not after so many milliseconds
   */
  reached(epoch: number, within: number): Promise<boolean>
  /** Whether the session has ended, as the revocation feed says. @param since see `Revocations` */
  isRevoked(session: string | null, since?: number): boolean
  /** What the session must show from now on, though it was let in with less; null when nothing was said. */
  demanded(session: string | null): string | null
  /** The claims of an access token that holds now. @throws TokenError */
  verifyToken(token: string, trusted: TrustedTokens): AccessToken
  /** Called once per session that ends, as the feed reports it, and when it must show more than before. @returns stops it */
  onRevoked(listener: (session: string) => void): () => void
  /** Called after a new bundle was taken over. @returns stops it */
  onBundle(listener: (bundle: B) => void): () => void
  /** Called when the lease lapses: nothing may be allowed, and what is open (a WebSocket) can no longer be vouched for. */
  onLapsed(listener: () => void): () => void
  /** @throws EdgeError when the control plane cannot say; EdgeError is never an answer "inactive" */
  introspect(credential: string, application: string): Promise<IntrospectResponse>
  /** What `introspect` would answer without asking the control plane; null where it would ask. */
  remembered(credential: string, application: string): IntrospectResponse | null
  exchange(request: ExchangeRequest): Promise<ExchangeResponse>
  /** Ends the whole sign-in to which this host session belongs. */
  signOut(session: string): Promise<boolean>
  registerGatewayKey(jwk: PublicJwk): Promise<void>
  /** Units of a budget that several gateways share. */
  lease(request: BudgetRequest): Promise<BudgetResponse>
  /** Hands over what browsers reported. */
  shipCspReports(request: CspReportsRequest): Promise<void>
  /** Hands over what was counted. */
  shipTraffic(request: TrafficRequest): Promise<void>
  /** Hands over what was learnt of an API. */
  shipLearned(request: LearnedRequest): Promise<void>
  /** Ships an event. @returns its id, at once */
  record(event: EdgeRecord): string
  /** Ships an event that anybody can cause at will, and that is bounded already: such take at most half the room. @returns its id */
  recordCaused(event: EdgeRecord): string
  /**
   * Ships a refusal, or counts it when it is one of many alike (see `Floods`).
   * @param like what more than kind, reason and client makes two refusals alike
   * @returns its id, or that of the last recorded one of those that are being counted
   */
  recordRefusal(event: EdgeRecord, like?: Likeness): string
  /** Resolves when the first sync has ended, well or not. */
  readonly ready: Promise<void>
  /** Sends what is still to be sent (at most 5 s) and stops. */
  close(): Promise<void>
}

export interface EdgeOptions extends Partial<Surroundings> {
  readonly credentials: Credentials
  /** Version of the program, shown in the console. */
  readonly version: string
}

const CLOSE_MOST = 5_000
const LAPSE_CHECK = 1_000

/** The edge of one application, for the SDK. `prepare` makes the verified bundle ready; what it throws refuses the bundle. */
export function createApplicationEdge<B extends AnyBundle>(
  options: EdgeOptions,
  prepare: (bundle: ApplicationBundle) => B,
): Edge<B> {
  const { application } = options.credentials
  if (application === null) throw new CredentialsError('These are the credentials of a gateway, not of an application.')
  const keys = prepareKeys(options.credentials.trust.keys)
  return createEdge(options, 'sdk', application, (token, now) =>
    prepare(verifyApplicationBundle(token, { keys, audience: application, now })),
  )
}

/** The edge of a gateway: all applications of the tenant. */
export function createGatewayEdge(options: EdgeOptions): Edge<GatewayBundle> {
  const keys = prepareKeys(options.credentials.trust.keys)
  return createEdge(options, 'gateway', null, (token, now) => verifyGatewayBundle(token, { keys, now }))
}

function createEdge<B extends AnyBundle>(
  options: EdgeOptions,
  kind: 'sdk' | 'gateway',
  application: string | null,
  prepare: Prepare<B>,
): Edge<B> {
  const { credentials, version } = options
  const surroundings = withDefaults(options)
  const { clock, random } = surroundings
  const api = createEdgeApi(credentials, surroundings.fetch)
  const newId = () => v7({ msecs: clock.now(), random: random(16) })
  const id = newId()
  const stop = new AbortController()
  const bundleListeners = new Set<(bundle: B) => void>()
  const awaiting = createAwaiting(clock)
  const lapseListeners = new Set<() => void>()
  const keys = prepareKeys(credentials.trust.keys)
  const holder = createHolder({ clock, keys, audience: application ?? ALL_APPLICATIONS, prepare })
  const revocations = createRevocations(clock)
  const tokens = createTokenVerifier({ revocations, clock })
  const introspection = createIntrospection({ api, revocations, clock, feedIsLive: () => holder.current() !== null })

  const stamped = ({ source, requestId, ...event }: EdgeRecord): EdgeEvent => ({
    ...completeEvent(event, { id: newId(), time: new Date(clock.now()), source, requestId }),
    application: event.application,
  })
  const shipping = createShipping({
    api,
    surroundings,
    droppedEvent: ({ count, from, to, kinds }, application) =>
      stamped({
        kind: 'edge.events_dropped',
        outcome: 'failure',
        application,
        data: { count, from: new Date(from).toISOString(), to: new Date(to).toISOString(), kinds, edge: id },
      }),
  })

  function record(event: EdgeRecord, caused: boolean): string {
    const completed = stamped(event)
    shipping.add(completed, caused)
    return completed.id
  }
  const floods = createFloods({
    record: (event) => record(event, true),
    clock,
    application: application ?? INSTALLATION,
  })

  let live = false
  let synced = false
  /** Sees the lease lapse while nothing is asked; a later answer starts from nothing. */
  function watch(): void {
    if (stop.signal.aborted) return
    if (live && holder.current() === null) {
      live = false
      introspection.clear()
      for (const listener of lapseListeners) listener()
    }
    cancelWatch = clock.after(LAPSE_CHECK, watch)
  }
  let cancelWatch = clock.after(LAPSE_CHECK, watch)

  const edge = { kind, version, id }
  const onSynced = (change: { bundle: boolean; feedReset: boolean }) => {
    // Between the lapse and the watch that sees it there may be an answer: the gap in the feed is closed by its cursor.
    live = true
    synced = true
    if (change.feedReset) introspection.clear()
    const bundle = holder.current()
    if (change.bundle && bundle !== null) {
      // Who is allowed in may have changed with it, service keys above all.
      introspection.clear()
      for (const listener of bundleListeners) listener(bundle)
    }
    awaiting.tell(holder.through)
  }
  const sync = startSync({ api, holder, revocations, application, edge, surroundings, onSynced }, stop.signal)

  return {
    id,
    url: credentials.url,
    current: () => holder.current(),
    get through() {
      return holder.through
    },
    reached: async (epoch, within) => {
      if (holder.through >= epoch) return true
      const reached = awaiting.reached(epoch, within)
      sync.hurry()
      return reached
    },
    isRevoked: (session, since) => revocations.has(session, since),
    demanded: (session) => revocations.demanded(session),
    verifyToken: (token, trusted) => tokens.verify(token, trusted),
    onRevoked: (listener) => revocations.onRevoked(listener),
    onBundle: (listener) => subscribe(bundleListeners, listener),
    onLapsed: (listener) => subscribe(lapseListeners, listener),
    introspect: (credential, application) => introspection.introspect(credential, application),
    remembered: (credential, application) => introspection.remembered(credential, application),
    exchange: (request) => api.exchange(request),
    signOut: async (session) => (await api.signOut({ session })).ended,
    lease: (request) => api.budgets(request),
    shipCspReports: async (request) => {
      await api.cspReports(request)
    },
    shipTraffic: async (request) => {
      await api.traffic(request)
    },
    shipLearned: async (request) => {
      await api.learned(request)
    },
    registerGatewayKey: (jwk) => api.gatewayKey({ jwk }),
    record: (event) => record(event, false),
    recordCaused: (event) => record(event, true),
    recordRefusal: (event, like) => floods.tell(event, like),
    ready: sync.first,
    close: async () => {
      stop.abort()
      cancelWatch()
      floods.close()
      awaiting.close()
      // From here on nothing is allowed, so that nobody needs to wait for the lease of this process.
      holder.release()
      await sync.done
      const left = synced ? api.leave({ edge }).catch(() => {}) : undefined
      await Promise.all([left, shipping.close(CLOSE_MOST)])
    },
  }
}

function subscribe<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
