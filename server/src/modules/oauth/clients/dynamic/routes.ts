import { z } from 'zod'
import type { Database } from '../../../../platform/database/database.ts'
import { perAddress } from '../../../../platform/http/limit.ts'
import { defineRoute, type RefusalForm, type RequestHead, type Route } from '../../../../platform/http/route.ts'
import { type Outcome, ok, refuse } from '../../../../platform/outcome.ts'
import type { WorkContext } from '../../../../platform/ports.ts'
import { hashSecret, isSecret } from '../../../../platform/random.ts'
import type { Tx, UnitOfWork } from '../../../../platform/work.ts'
import { endClient, write } from '../change.ts'
import { complete, type MetadataProblem, type WholeClient } from '../metadata/complete.ts'
import { deviceGrant } from '../metadata/defaults.ts'
import { Metadata } from '../metadata/shape.ts'
import { refuseMetadata } from '../refuse.ts'
import { register } from '../register.ts'
import { issued, issuedAt, issuedShape } from '../show.ts'
import { type ClientRow, findByRegistration, findClient } from '../store/clients.ts'
import type { ClientTools } from '../tools.ts'
import { registrationErrors } from './errors.ts'
import { tenantOfToken, useToken } from './tokens.ts'

export interface DynamicDeps {
  readonly database: Database
  readonly units: UnitOfWork
  readonly tools: ClientTools
  readonly publicUrl: string
  /** whether it is switched on */
  readonly registration: boolean
}

const path = '/oauth/register'
const isPublic = { public: 'who asks is told by a token of its own, which is no credential of anything else' } as const
const limit = perAddress(60, 'minute')

const Information = Metadata.extend({
  client_id: z.string(),
  client_id_issued_at: z.int(),
  registration_access_token: z.string().optional(),
  registration_client_uri: z.string(),
  ...issuedShape,
})
type Information = z.input<typeof Information>

/** RFC 7591 section 3.2.2 and RFC 6750 section 3.1, in place of problem details. */
const refusal: RefusalForm = ({ code, status, detail }) => {
  const known = code === 'invalid_redirect_uri' || code === 'invalid_client_metadata'
  const metadata = known || status === 400 || status === 415 || status === 422
  const error = known ? code : metadata ? 'invalid_client_metadata' : (errorOf[status] ?? 'server_error')
  const body = JSON.stringify({ error, error_description: detail })
  return { media: 'application/json', body, ...(metadata && { status: 400 }) }
}

const errorOf: Readonly<Record<number, string>> = {
  401: 'invalid_token',
  403: 'access_denied',
  413: 'invalid_client_metadata',
  429: 'temporarily_unavailable',
  503: 'temporarily_unavailable',
}

/** Clients that register themselves (RFC 7591), and manage their registration (RFC 7592). */
export const registrationRoutes = (deps: DynamicDeps): Route[] => [
  defineRoute({
    method: 'POST',
    path,
    summary: 'A client registers itself, with an initial access token (RFC 7591, section 3)',
    permission: isPublic,
    input: { body: Metadata },
    output: Information,
    event: 'client.created',
    limit,
    refusal,
    async handler({ body, request, source, now }) {
      if (!deps.registration) return refuse(registrationErrors.registration_off)
      const token = bearer(request)
      const hash = token === undefined ? undefined : hashSecret(token)
      const tenant = hash && (await deps.database.asSystem((tx) => tenantOfToken(tx, hash)))
      if (hash === undefined || tenant === undefined) return refuseToken()
      const whole = wholeOf(body)
      if ('rule' in whole) return refuseMetadata(whole)
      return deps.units.work(contextOf(tenant, null, source, request), async (tx) => {
        const application = await useToken(tx, hash, now)
        if (application === undefined) return refuseToken()
        const made = await register(tx, deps.tools, { application, whole, origin: 'dynamic' })
        if (made === undefined) throw new Error('no id was free for the client')
        const told = { registration_access_token: made.registration, ...issued(made.secret) }
        return ok({ ...information(deps, made.client), ...told }, { status: 201 })
      })
    },
  }),
  ...(['GET', 'PUT', 'DELETE'] as const).map((method) => managed(deps, method)),
]

/** RFC 7592, section 2: read, replace, delete. */
function managed(deps: DynamicDeps, method: 'GET' | 'PUT' | 'DELETE'): Route {
  const common = {
    path: `${path}/:client`,
    permission: isPublic,
    limit,
    refusal,
  } as const
  const run = async (
    { request, source, client }: { request: RequestHead; source: WorkContext['source']; client: string },
    use: (tx: Tx, row: ClientRow) => Promise<Outcome<Information | string>>,
  ): Promise<Outcome<Information | string>> => {
    const token = bearer(request)
    const row = token && (await deps.database.asSystem((tx) => findByRegistration(tx, hashSecret(token))))
    // The same answer for one that is another's and one that is none (section 2).
    if (!deps.registration || row === undefined || row === '' || row.client_id !== client) return refuseToken()
    const actor = { type: 'Client', id: row.client_id }
    return deps.units.work(contextOf(row.tenant_id, actor, source, request), async (tx) => {
      await deps.tools.directory.lockHierarchy(tx)
      const locked = await findClient(tx, row.client_id, true)
      return locked === undefined || locked.disabled_at !== null ? refuseToken() : use(tx, locked)
    })
  }
  if (method === 'GET') {
    return defineRoute({
      ...common,
      method,
      summary: 'A client that registered itself reads its registration (RFC 7592, section 2.1)',
      output: Information,
      reads: true,
      handler: async ({ params, request, source }) =>
        (await run({ request, source, client: params.client }, async (_tx, row) =>
          ok(information(deps, row)),
        )) as Outcome<Information>,
    })
  }
  if (method === 'PUT') {
    return defineRoute({
      ...common,
      method,
      summary: 'A client that registered itself replaces its metadata (RFC 7592, section 2.2)',
      input: { body: Metadata },
      output: Information,
      event: 'client.updated',
      handler: async ({ params, request, source, body }) => {
        const whole = wholeOf(body)
        if ('rule' in whole) return refuseMetadata(whole)
        return (await run({ request, source, client: params.client }, async (tx, row) => {
          const changed = await write(tx, deps.tools, row, whole, false)
          return ok({ ...information(deps, changed.client), ...issued(changed.secret) })
        })) as Outcome<Information>
      },
    })
  }
  return defineRoute({
    ...common,
    method,
    summary: 'A client that registered itself goes (RFC 7592, section 2.3)',
    output: { media: 'text/plain' },
    event: 'client.deleted',
    handler: async ({ params, request, source }) =>
      (await run({ request, source, client: params.client }, async (tx, row) => {
        await endClient(tx, deps.tools, row)
        return ok('', { status: 204 })
      })) as Outcome<string>,
  })
}

function wholeOf(metadata: Metadata): WholeClient | MetadataProblem {
  const allowed = ['authorization_code', 'refresh_token', deviceGrant]
  const more = metadata.grant_types?.find((grant) => !allowed.includes(grant))
  // To act as itself, or for others, is what an operator gives.
  if (more !== undefined) {
    const message = `grant_types: ${more.slice(0, 100)} is not for clients that register themselves`
    return { error: 'invalid_client_metadata', rule: 'value_unknown', member: 'grant_types', message }
  }
  return complete(Metadata.parse(metadata), 'A client that registered itself')
}

function information({ publicUrl }: DynamicDeps, row: ClientRow): Information {
  return {
    ...Metadata.parse(row.metadata),
    client_id: row.client_id,
    client_id_issued_at: issuedAt(row),
    registration_client_uri: `${publicUrl}${path}/${encodeURIComponent(row.client_id)}`,
  }
}

function bearer({ headers }: RequestHead): string | undefined {
  const token = /^bearer ([\w-]+)$/i.exec(headers.get('authorization') ?? '')?.[1]
  return token !== undefined && isSecret(token, 'hfr') ? token : undefined
}

function refuseToken() {
  const headers = { 'www-authenticate': 'Bearer error="invalid_token"' }
  return refuse(registrationErrors.registration_token_invalid, {}, {}, { headers })
}

function contextOf(
  tenant: string,
  actor: WorkContext['actor'],
  source: WorkContext['source'],
  { requestId }: RequestHead,
): WorkContext {
  return { tenant, actor, source, requestId }
}
