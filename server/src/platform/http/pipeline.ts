import type { z } from 'zod'
import type { Clock } from '../clock.ts'
import type { Database, Transaction } from '../database/database.ts'
import { isEnough } from '../assurance.ts'
import { Fault, platformErrors } from '../errors.ts'
import { type Outcome, ok, type Refused, refuse } from '../outcome.ts'
import { epochHeader, epochTaken } from '../epoch.ts'
import type { AwaitEffect, Authenticate, Caller, Decide, Source, TenantOfVisit, WorkContext } from '../ports.ts'
import type { RequestWork, UnitOfWork } from '../work.ts'
import { asRecent, type Demands, demandsOf, effectiveHeader } from './consistency.ts'
import { Html } from './html.ts'
import type { Limiter } from './limit.ts'
import { problemResponse } from './problem.ts'
import {
  invalid,
  isCrossSite,
  parseForm,
  parseJsonBody,
  presentedBy,
  readBody,
  readBytes,
  sessionCookie,
} from './request.ts'
import { carriedEvents, isMedia, isPublic, type MediaBody, type Page, type Received, type Route } from './route.ts'
import { stepUp } from './step-up.ts'
import type { Told } from './told.ts'

export interface PipelineDeps {
  readonly authenticate: Authenticate
  readonly decide: Decide
  readonly awaitEffect: AwaitEffect
  readonly database: Database
  readonly units: UnitOfWork
  readonly limiter: Limiter
  readonly told: Told
  readonly clock: Clock
  readonly publicUrl: string
  /** origins that our own pages are served from */
  readonly origins: readonly string[]
  /** the tenant of routes that are public and have no caller */
  readonly defaultTenant: () => Promise<string>
  /** of public routes, where there are several tenants */
  readonly tenantOfVisit?: TenantOfVisit
  readonly onFault: (error: unknown, about: { route: string; requestId: string }) => void
}

export interface Incoming {
  readonly request: Request
  /** aborted when the client goes away or the server stops */
  readonly signal: AbortSignal
  readonly params: Readonly<Record<string, string>>
  readonly source: Source
  readonly requestId: string
  /** filled in on the way, for whoever observes the request */
  readonly trace?: Trace
}

/** What became of a request, beside its answer. */
export interface Trace {
  /** of the refusal */
  eventId?: string | undefined
  caller?: Caller | undefined
  /** that the change took */
  epoch?: number | undefined
}

/** limit -> authenticate -> parse -> decide -> use case -> answer checked against its schema -> commit -> respond */
export async function answer(route: Route, incoming: Incoming, deps: PipelineDeps): Promise<Response> {
  const state: Trace = incoming.trace ?? {}
  const about = { route: `${route.method} ${route.path}`, requestId: incoming.requestId }
  try {
    const outcome = await run(route, incoming, deps, state)
    return renewing(outcome.ok ? outcome.value : refusal(route, outcome, incoming, deps, state), state)
  } catch (error) {
    const known = error instanceof Fault ? error.error : platformErrors.internal_error
    if (known !== platformErrors.epoch_not_reached) deps.onFault(error, about)
    const again = known.status === 503 && known !== platformErrors.outcome_unknown
    const headers: Record<string, string> = again ? { 'retry-after': '2' } : {}
    return refusal(route, refuse(known, {}, {}, { headers }), incoming, deps, state)
  }
}

async function run(route: Route, incoming: Incoming, deps: PipelineDeps, state: Trace): Promise<Outcome<Response>> {
  const { request, source } = incoming
  const slow = limited(route, source.address ?? 'unknown', 'address', deps)
  if (slow !== undefined) return slow

  const identified = await identify(route, incoming, deps, state)
  if (!identified.ok) return identified
  let { caller } = identified.value
  if (caller !== null) {
    state.caller = caller
    const often = limited(route, `${caller.principal.type}:${caller.principal.id}`, 'principal', deps)
    if (often !== undefined) return often
  }

  const demanded = demandsOf(route, request)
  if (!demanded.ok) return demanded
  const demands = demanded.value
  const parsed = await parse(route, incoming, demands)
  if (!parsed.ok) return parsed

  const visited = isPublic(route.permission) ? await visit(incoming, parsed.value, deps) : ok(null)
  if (!visited.ok) return visited
  const tenant = visited.value ?? identified.value.tenant ?? (await deps.defaultTenant())
  // Who is signed in to one tenant is nobody to another.
  if (caller !== null && caller.tenant !== tenant) caller = null
  const context: WorkContext = {
    tenant,
    actor: caller === null ? null : { ...caller.principal, name: caller.name },
    source,
    requestId: incoming.requestId,
  }
  const unit = deps.units.request(context)
  const read = <T>(use: (tx: Transaction) => Promise<T>) => {
    // `work` holds a connection until the answer is checked: a second one for each request would empty the pool.
    if (unit.used) throw new Error(`${route.method} ${route.path} reads after its work has begun`)
    return deps.database.asTenant(tenant, (tx) => asRecent(tx, demands, use), 'read')
  }
  const common = { params: incoming.params, ...parsed.value, source, tenant, read, now: deps.clock.now() }

  if (!isPublic(route.permission) && caller !== null) {
    const { narrower } = route.permission
    const permission = narrower?.when(common) === true ? narrower : route.permission
    const resource = await permission.resource({ ...common, caller })
    const verdict = await deps.decide(caller, permission.action, resource)
    if (!verdict.allowed) {
      const { explanation } = verdict
      state.eventId = await deps.units.work(context, (tx) =>
        tx.record({
          kind: 'access.denied',
          outcome: 'refused',
          resource: { type: resource.type, id: resource.id },
          reason: 'forbidden',
          data: { action: permission.action, explanation, policies: verdict.reasons },
        }),
      )
      return refuse(platformErrors.forbidden, { explanation }, { action: permission.action })
    }
    const { assurance } = route
    // Only a person can show more: what machines hold is as strong as it will ever be.
    if (assurance !== null && caller.session !== null && !isEnough(caller.session, assurance, common.now)) {
      const { code } = platformErrors.insufficient_user_authentication
      state.eventId = await deps.units.work(context, (tx) =>
        tx.record({
          kind: 'access.denied',
          outcome: 'refused',
          resource: { type: resource.type, id: resource.id },
          reason: code,
          data: { action: permission.action, ...assurance },
        }),
      )
      return stepUp(assurance, request.headers, deps.origins)
    }
  }

  const head = {
    get url() {
      return new URL(request.url)
    },
    headers: request.headers,
    get signal() {
      return incoming.signal
    },
    requestId: incoming.requestId,
  }
  try {
    const outcome = await route.handler({ ...common, caller, work: unit.work, request: head })
    const response = outcome.ok ? respond(route, outcome.value, outcome.reply) : undefined
    await commit(route, outcome, unit, state)
    if (response === undefined) return outcome as Refused
    await tellEpoch(response, { demands, context, incoming, epoch: state.epoch }, deps)
    return ok(response)
  } catch (error) {
    throw await unit.abandon(error)
  }
}

/** @returns the tenant that the visit is for; null when it says nothing */
async function visit(
  { request }: Incoming,
  { query, body, form }: ParsedInput,
  { tenantOfVisit }: PipelineDeps,
): Promise<Outcome<string | null>> {
  if (tenantOfVisit === undefined) return ok(null)
  const { pathname, searchParams } = new URL(request.url)
  const parsed = [query, form, body].filter((part) => typeof part === 'object' && part !== null)
  // What a route does not declare is dropped in parsing, and may say all the same where the visit leads.
  const fields = Object.assign(Object.fromEntries(searchParams), ...parsed)
  const found = await tenantOfVisit({ path: pathname, headers: request.headers, fields })
  if (found === 'unknown') return refuse(platformErrors.tenant_unknown)
  if (found === 'suspended') return refuse(platformErrors.tenant_suspended)
  return ok(found === null ? null : found.tenant)
}

/** What was changed is committed: from here on nothing can fail it any more. */
async function tellEpoch(
  { headers }: Response,
  change: { readonly demands: Demands; readonly context: WorkContext; readonly incoming: Incoming } & Pick<
    Trace,
    'epoch'
  >,
  { awaitEffect, onFault }: PipelineDeps,
): Promise<void> {
  const { demands, context, incoming, epoch } = change
  if (epoch === undefined) return
  headers.set(epochHeader, String(epoch))
  if (!demands.effective) return
  const effectiveAt = await awaitEffect({ context, epoch, signal: incoming.signal }).catch((error: unknown) => {
    onFault(error, { route: 'wait=effective', requestId: context.requestId ?? '' })
    return null
  })
  headers.set(effectiveHeader, effectiveAt?.toISOString() ?? 'pending')
}

/** Every answer carries the token that takes the place of the one that was shown, save one that sets another itself. */
function renewing(response: Response, { caller }: Trace): Response {
  const cookie = caller?.session?.renewed
  const { headers } = response
  if (cookie !== undefined && !headers.getSetCookie().some((line) => line.startsWith(`${sessionCookie}=`))) {
    headers.append('set-cookie', cookie)
  }
  return response
}

function limited(
  route: Route,
  who: string,
  per: 'address' | 'principal',
  deps: PipelineDeps,
): Outcome<never> | undefined {
  if (route.limit.per !== per) return undefined
  const seconds = deps.limiter.admit(`${route.method} ${route.path} ${per} ${who}`, route.limit)
  if (seconds === 0) return undefined
  return refuse(platformErrors.rate_limited, { seconds }, {}, { headers: { 'retry-after': String(seconds) } })
}

interface Identified {
  readonly caller: Caller | null
  /** also of a sign-in that is not finished, and is nobody's yet */
  readonly tenant: string | undefined
}

const nobody: Identified = { caller: null, tenant: undefined }

async function identify(
  route: Route,
  incoming: Incoming,
  deps: PipelineDeps,
  state: Trace,
): Promise<Outcome<Identified>> {
  const { headers } = incoming.request
  const presented = presentedBy(headers)
  // A cross-site form post is refused with or without a session: signing somebody in as another is an attack as well.
  const fromAnywhere = isPublic(route.permission) && route.permission.crossSite !== undefined
  if (route.method !== 'GET' && !fromAnywhere && presented?.kind !== 'bearer' && isCrossSite(headers, deps.origins)) {
    return refuse(platformErrors.cross_site_request)
  }
  const challenge = { headers: { 'www-authenticate': 'Bearer realm="holdfast"' } }
  if (presented === undefined) {
    return isPublic(route.permission) ? ok(nobody) : refuse(platformErrors.unauthenticated, {}, {}, challenge)
  }
  const known = await deps.authenticate(presented, incoming.source)
  const caller = (await isAtOthersHost(known, headers, deps)) ? 'invalid' : known
  if (caller !== 'invalid' && !('pending' in caller)) return ok({ caller, tenant: caller.tenant })
  const pending = caller === 'invalid' ? undefined : caller.pending
  if (isPublic(route.permission)) return ok({ caller: null, tenant: pending?.tenant })
  if (pending !== undefined) return stepUp({ acr: pending.demanded }, headers, deps.origins)
  const refused = refuse(platformErrors.credential_invalid, {}, {}, challenge)
  const unrecorded = deps.told.next(incoming.source.address ?? 'unknown')
  if (unrecorded === undefined) return refused
  // Whose it was meant to be is known by the host alone.
  const tenant = (await tenantOfHost(headers, deps)) ?? (await deps.defaultTenant())
  state.eventId = await deps.units.work(
    { tenant, actor: null, source: incoming.source, requestId: incoming.requestId },
    (tx) =>
      tx.record({
        kind: 'credential.refused',
        outcome: 'refused',
        reason: 'credential_invalid',
        data: {
          route: `${route.method} ${route.path}`,
          presented: presented.kind,
          ...(unrecorded > 0 && { unrecorded }),
        },
      }),
  )
  return refused
}

/** At the name of one tenant, who is signed in to another is not. */
async function isAtOthersHost(
  found: Awaited<ReturnType<Authenticate>>,
  headers: Headers,
  deps: PipelineDeps,
): Promise<boolean> {
  if (found === 'invalid' || 'pending' in found || found.session === null) return false
  const tenant = await tenantOfHost(headers, deps)
  return tenant !== undefined && tenant !== found.tenant
}

/** @returns the tenant whose host it is; undefined where it is everybody's */
async function tenantOfHost(headers: Headers, { tenantOfVisit }: PipelineDeps): Promise<string | undefined> {
  const host = await tenantOfVisit?.({ path: '', headers, fields: {} })
  return typeof host === 'object' && host !== null ? host.tenant : undefined
}

type ParsedInput = { query: unknown; body: unknown; form: unknown; bytes: Received | undefined }

async function parse(route: Route, { request, params }: Incoming, demands: Demands): Promise<Outcome<ParsedInput>> {
  const { input } = route
  // No id has U+0000, and the database would not even take it for a question.
  if (Object.values(params).some((value) => value.includes('\0'))) return refuse(platformErrors.not_found)
  const values: ParsedInput = { query: undefined, body: undefined, form: undefined, bytes: undefined }
  const nul = Object.entries(demands.query).find(([, value]) => value.includes('\0'))
  if (nul !== undefined) {
    const error = { path: `query.${nul[0]}`, message: 'no U+0000' }
    return refuse(platformErrors.input_invalid, {}, { errors: [error] })
  }
  if (input.query !== undefined) {
    const checked = check(input.query, demands.query, 'query')
    if (!checked.ok) return checked
    values.query = checked.value
  }
  for (const place of ['body', 'form'] as const) {
    const schema = input[place]
    if (schema === undefined) continue
    const expected = place === 'body' ? 'application/json' : 'application/x-www-form-urlencoded'
    if (mediaOf(request) !== expected) return refuse(platformErrors.media_type_unsupported, { expected })
    const text = await readBody(request, route.bodyLimit)
    if (!text.ok) return text
    const raw = place === 'body' ? parseJsonBody(text.value) : parseForm(text.value)
    if (!raw.ok) return raw
    const checked = check(schema, raw.value, place)
    if (!checked.ok) return checked
    values[place] = checked.value
  }
  if (input.bytes !== undefined) {
    const media = mediaOf(request)
    if (!input.bytes.media.includes(media)) {
      return refuse(platformErrors.media_type_unsupported, { expected: input.bytes.media.join(' or ') })
    }
    const content = await readBytes(request, route.bodyLimit)
    if (!content.ok) return content
    values.bytes = { media, content: content.value }
  }
  return ok(values)
}

function mediaOf(request: Request): string {
  return (request.headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

function check(schema: z.ZodType, value: unknown, place: 'query' | 'body' | 'form'): Outcome<unknown> {
  const result = schema.safeParse(value)
  return result.success ? ok(result.data) : invalid(result.error, place)
}

/** Nothing leaves that its schema does not name: an unknown field is dropped, a wrong one is our fault. */
function respond(
  route: Route,
  value: unknown,
  reply: { status?: number; headers?: object; cookies?: readonly string[] },
): Response {
  const headers = new Headers({ 'cache-control': 'no-store', ...reply.headers })
  for (const cookie of reply.cookies ?? []) headers.append('set-cookie', cookie)
  if (route.output === 'page') {
    const page = value as Page
    if (page instanceof Html) {
      headers.set('content-type', 'text/html; charset=utf-8')
      return new Response(page.text, { status: reply.status ?? 200, headers })
    }
    headers.set('location', page.redirect)
    return new Response(null, { status: reply.status ?? 303, headers })
  }
  if (isMedia(route.output)) {
    if (!headers.has('content-type')) headers.set('content-type', route.output.media)
    // An answer without content has no media type either (RFC 9110, sections 15.3.5 and 15.4.5).
    if (reply.status === 204 || reply.status === 304) {
      headers.delete('content-type')
      return new Response(null, { status: reply.status, headers })
    }
    return new Response(mediaBody(value as MediaBody), { status: reply.status ?? 200, headers })
  }
  const checked = route.output.safeParse(value)
  if (!checked.success) {
    throw new Error(`${route.method} ${route.path} answers what its schema does not allow: ${checked.error.message}`)
  }
  headers.set('content-type', 'application/json')
  return new Response(JSON.stringify(checked.data), { status: reply.status ?? 200, headers })
}

function mediaBody(value: MediaBody): ConstructorParameters<typeof Response>[0] {
  if (typeof value === 'string') return value
  if (value instanceof Uint8Array) return Uint8Array.from(value)
  return ReadableStream.from(value).pipeThrough(new TextEncoderStream())
}

/** A change without its event does not happen; a refusal that recorded none gets the route's own, refused. */
async function commit(route: Route, outcome: Outcome<unknown>, unit: RequestWork, state: Trace): Promise<void> {
  await unit.settle(async (tx) => {
    if (tx === undefined) return
    const { event } = route
    if (!outcome.ok && tx.recorded.length === 0 && event !== null) {
      await tx.record({ kind: event, outcome: 'refused', reason: outcome.error.code })
    }
    if (outcome.ok && tx.recorded.length === 0 && event !== carriedEvents)
      throw new Error(`${route.method} ${route.path} changed something without an event`)
    state.eventId = outcome.ok ? undefined : tx.recorded.at(-1)?.id
    state.epoch = outcome.ok ? epochTaken(tx) : undefined
  })
}

function refusal(route: Route, refused: Refused, incoming: Incoming, deps: PipelineDeps, state: Trace): Response {
  const { requestId, request } = incoming
  const context = { publicUrl: deps.publicUrl, requestId, eventId: state.eventId }
  return problemResponse(refused, context, { form: route.refusal, request })
}
