import { randomBytes } from 'node:crypto'
import type { Credentials } from '@holdfast/bundle'
import { EventKind, OutcomeSchema, type Outcome } from '@holdfast/events'
import { createAuthenticator, type AuthenticateOptions } from './authenticate.ts'
import { decide, type Decision, explainRefusal, refusal } from './decide.ts'
import { createDecisionLog, loggedDecision } from './decision-log.ts'
import {
  createApplicationEdge,
  CredentialsError,
  loadCredentials,
  systemClock,
  type Surroundings,
} from './edge/index.ts'
import { HoldfastError } from './errors.ts'
import { FILTER_MOST_ROWS, filterRows, type SqlCondition } from './filter.ts'
import { prepareKnowledge } from './knowledge.ts'
import { createMask, type Mask } from './mask.ts'
import type { Principal, PrincipalReference, Way } from './principal.ts'
import type { Context } from './question.ts'
import { createRefusals } from './refusals.ts'
import { createRequestMemory, type RequestInfo, type RequestLike } from './request.ts'
import type { Resource, ResourceInput, RowWith } from './resource.ts'
import { createShadow } from './shadow.ts'
import { VERSION } from './version.ts'

export interface HoldfastOptions extends Partial<Surroundings> {
  /** The credentials, or the path of their file. Default: HOLDFAST_CREDENTIALS, else `.holdfast/credentials.json`. */
  readonly credentials?: string | Credentials
  /** How requests may authenticate, in order of preference. Default: `['identity']`, only through the gateway. */
  readonly accept?: readonly Way[]
  /** Whether the answer to a refused decision tells the condition that failed. The event always does. Default: true. */
  readonly explain?: boolean
}

/** An event of the application's own. */
export interface ApplicationEvent {
  /** Lower-case words joined by dots: `order.placed`. */
  readonly kind: string
  readonly outcome: Outcome
  readonly resource?: PrincipalReference | null
  /** Who did it; the event then also tells where the request came from. */
  readonly principal?: PrincipalReference | null
  /** Free JSON, at most 16 KiB; secrets in it are redacted. `about(person, text)` marks what is to go when that person is erased. */
  readonly data?: Readonly<Record<string, unknown>>
}

/** Holdfast inside one application: decides in this process, from a signed bundle that is kept fresh in the background. */
export interface Holdfast {
  /** The application, as the credentials name it. */
  readonly application: string
  /**
   * Who sent this request.
   * @throws HoldfastError `unauthenticated`, `cross_site`, `policy_unavailable`, `introspection_unavailable`
   */
  authenticate(request: RequestLike, options?: { readonly optional?: false }): Promise<Principal>
  authenticate(request: RequestLike, options: AuthenticateOptions): Promise<Principal | null>
  /** Whether it may. Never throws for a no, records nothing: for what a page offers. To guard an act use `require`. */
  can(principal: PrincipalReference | null, action: string, resource: ResourceInput, context?: Context): Decision
  /**
   * Returns when it may; synchronous, so that a forgotten await lets nothing through.
   * @throws ForbiddenError with the reason and the id of the event; HoldfastError `unauthenticated`, `policy_unavailable`
   */
  require(principal: PrincipalReference | null, action: string, resource: ResourceInput, context?: Context): void
  /**
   * The rows that it may. At most 10,000 rows may come back from `run` (see `SqlCondition`).
   * @throws HoldfastError `filter_too_large`, `unauthenticated`, `policy_unavailable`
   */
  filter<Columns extends string, Row extends RowWith<Columns>>(
    principal: PrincipalReference | null,
    action: string,
    resource: Resource<Columns>,
    run: (condition: SqlCondition) => Promise<readonly Row[]>,
  ): Promise<Row[]>
  /**
   * Which fields of this row it may see: select these columns and no others.
   * @param row with the columns that the resource's id, attributes and parents are read from
   * @throws HoldfastError `unauthenticated`, `policy_unavailable`
   */
  mask<Columns extends string, Fields extends string>(
    principal: PrincipalReference | null,
    resource: Resource<Columns, Fields>,
    row: RowWith<Columns>,
  ): Mask<Fields>
  /** Ships an event of the application. @returns its id. @throws TypeError for a kind or an outcome that is none */
  record(event: ApplicationEvent): string
  /** Sends what is still to be sent (at most 5 s) and stops. */
  close(): Promise<void>
}

/** What the adapters need beyond the public face. */
export interface HoldfastInternals {
  readonly describe: (request: RequestLike) => RequestInfo
  readonly during: <T>(info: RequestInfo, call: () => T) => T
  readonly pathAmbiguous: (info: RequestInfo) => HoldfastError
}

const internals = new WeakMap<Holdfast, HoldfastInternals>()

export function internalsOf(holdfast: Holdfast): HoldfastInternals {
  const found = internals.get(holdfast)
  if (found === undefined) throw new TypeError('This Holdfast was not made by createHoldfast of this package.')
  return found
}

/** How long the start waits for the first bundle; without one it goes on, and refuses everything until there is. */
const FIRST_SYNC_MOST = 5_000

/**
 * Connects an application to its control plane.
 * @throws CredentialsError when the credentials cannot be used; a control plane that cannot be reached is no error: requests are refused
 *   with 503 until it can
 */
export async function createHoldfast(options: HoldfastOptions = {}): Promise<Holdfast> {
  const credentials = loadCredentials(options.credentials, process.env)
  const { application } = credentials
  if (application === null) throw new CredentialsError('These are the credentials of a gateway, not of an application.')
  const clock = options.clock ?? systemClock
  const edge = createApplicationEdge({ ...options, credentials, version: VERSION }, (bundle) =>
    prepareKnowledge(bundle, clock.now()),
  )
  /** What decides now, or null: then nothing may be allowed. */
  const current = () => edge.current()?.at(clock.now()) ?? null
  const refusals = createRefusals({ edge, application, explain: options.explain ?? true })
  const memory = createRequestMemory()
  const accept = options.accept ?? ['identity']
  const now = () => clock.now()
  const authenticator = createAuthenticator({
    edge: { current, isRevoked: edge.isRevoked, introspect: edge.introspect },
    application,
    accept,
    refusals,
    memory,
    now,
  })

  /** Who asks, as far as it is known at all; else the refusal. */
  function present(principal: PrincipalReference | null): PrincipalReference {
    const info = memory.recall(principal)
    if (principal === null) throw refusals.unauthenticated('principal_missing', 'Nobody is signed in.', info)
    if (current() === null) throw refusals.policyUnavailable(info)
    if (isEnded(principal)) {
      throw refusals.unauthenticated('session_ended', 'The session has ended. Sign in again.', info)
    }
    return principal
  }
  const isEnded = (principal: PrincipalReference) =>
    'session' in principal && typeof principal.session === 'string' && edge.isRevoked(principal.session)

  const recall = (principal: PrincipalReference) => memory.recall(principal)
  const random = options.random ?? randomBytes
  const log = createDecisionLog({ edge, application, clock, random, recall })
  const shadow = createShadow({ edge, application, clock, recall })
  const watching = { can: { via: 'can', shadow }, require: { via: 'require', shadow } } as const
  /** The answer of `can` where nothing is to be told of it: for each row of a list, each group of fields. */
  function allows(principal: PrincipalReference, action: string, resource: ResourceInput): boolean {
    const knowledge = current()
    if (knowledge === null || isEnded(principal)) return false
    return decide(knowledge, { principal, action, resource, context: undefined }).allowed
  }

  const holdfast: Holdfast = {
    application,
    authenticate: authenticator.authenticate as Holdfast['authenticate'],
    can: (principal, action, resource, context) => {
      if (principal === null) return refusal('unauthenticated')
      const knowledge = current()
      if (knowledge === null) return refusal('policy_unavailable')
      if (isEnded(principal)) return refusal('session_ended')
      const question = { principal, action, resource, context }
      const decision = decide(knowledge, question, watching.can)
      log.note({ via: 'can', knowledge, question, decision })
      return decision
    },
    require: (maybe, action, resource, context) => {
      const principal = present(maybe)
      const knowledge = current()
      if (knowledge === null) throw refusals.policyUnavailable(memory.recall(principal))
      const question = { principal, action, resource, context }
      const decision = decide(knowledge, question, watching.require)
      const asked = { via: 'require', knowledge, question, decision } as const
      log.note(asked)
      const { allowed, code: reason, reasons: policies } = decision
      if (allowed) return
      const uid = 'uid' in resource ? resource.uid : resource
      const explanation = explainRefusal(knowledge, question)
      const logged = loggedDecision(asked, explanation)
      throw refusals.forbidden(
        { principal, action, resource: uid, reason, policies, explanation, logged },
        memory.recall(principal),
      )
    },
    filter: async (maybe, action, resource, run) => {
      const principal = present(maybe)
      return filterRows(
        async (condition) => {
          const rows = await run(condition)
          // A lapse or a sign-out during the query would leave no row: that must not look as if there were none.
          present(principal)
          return rows
        },
        (row) => allows(principal, action, resource.of(row)),
        (rows) => tooLarge(credentials.url, rows, memory.recall(principal)),
      )
    },
    mask: (maybe, resource, row) => {
      const principal = present(maybe)
      const entity = resource.of(row)
      return createMask(resource.fields, (action) => allows(principal, action, entity))
    },
    record: ({ kind, outcome, resource = null, principal = null, data }) => {
      if (!EventKind.safeParse(kind).success)
        throw new TypeError(`"${kind}" is no kind of event: lower-case words joined by dots.`)
      if (!OutcomeSchema.safeParse(outcome).success) throw new TypeError('The outcome is success, refused or failure.')
      const actor = principal === null ? null : { type: principal.type, id: principal.id }
      return edge.record({ kind, outcome, actor, resource, data, application, ...memory.recall(principal) })
    },
    close: () => {
      log.close()
      shadow.close()
      return edge.close()
    },
  }
  internals.set(holdfast, {
    describe: (request) => authenticator.describe(request),
    during: (info, call) => memory.run(info, call),
    pathAmbiguous: (info) => refusals.pathAmbiguous(info),
  })

  const { promise: waited, resolve } = Promise.withResolvers<void>()
  const cancel = clock.after(FIRST_SYNC_MOST, resolve)
  await Promise.race([edge.ready, waited])
  cancel()
  return Object.freeze(holdfast)
}

function tooLarge(url: string, rows: number, { requestId }: RequestInfo): HoldfastError {
  return new HoldfastError({
    code: 'filter_too_large',
    status: 500,
    title: 'Too many rows',
    detail: `A query gave ${rows} rows to filter; ${FILTER_MOST_ROWS} are the most. Narrow it down in its own WHERE clause.`,
    type: `${url.replace(/\/+$/, '')}/problems/filter_too_large`,
    requestId: requestId ?? undefined,
  })
}
