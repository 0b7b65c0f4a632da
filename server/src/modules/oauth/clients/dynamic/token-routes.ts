import { z } from 'zod'
import { freshSignIn } from '../../../../platform/assurance.ts'
import { addSeconds } from '../../../../platform/clock.ts'
import { perPrincipal } from '../../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../../platform/http/route.ts'
import { ok, refuse } from '../../../../platform/outcome.ts'
import { hashSecret, newSecret } from '../../../../platform/random.ts'
import { uuid } from '../../../../platform/uuid.ts'
import { clientsErrors } from '../errors.ts'
import type { ClientTools } from '../tools.ts'
import { registrationErrors } from './errors.ts'
import { deleteToken, insertToken, selectTokens } from './tokens.ts'

const onApplication = ({ params }: { params: { app: string } }) => ({ type: 'Application', id: params.app })
const limit = perPrincipal(60, 'minute')

const Token = z.object({ id: z.string(), usesLeft: z.int(), createdAt: z.iso.datetime(), expiresAt: z.iso.datetime() })

/** Initial access tokens (RFC 7591, section 1.2): with what a client may register itself. */
export const registrationTokenRoutes = (tools: ClientTools): Route[] => [
  defineRoute({
    method: 'GET',
    path: '/api/v1/applications/:app/registration-tokens',
    summary: 'List the tokens with which clients may register themselves with an application',
    permission: { action: 'viewClients', resource: onApplication },
    output: z.object({ items: z.array(Token), next: z.string().nullable() }),
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: ({ read, params, now }) =>
      read(async (tx) => {
        if ((await tools.applications.find(tx, params.app)) === undefined)
          return refuse(clientsErrors.client_application_unknown, { application: params.app })
        const items = (await selectTokens(tx, params.app, now)).map((row) => ({
          id: row.id,
          usesLeft: row.uses_left,
          createdAt: row.created_at.toISOString(),
          expiresAt: row.expires_at.toISOString(),
        }))
        return ok({ items, next: null })
      }),
  }),
  defineRoute({
    method: 'POST',
    path: '/api/v1/applications/:app/registration-tokens',
    summary: 'Make a token with which clients may register themselves with an application; answers it this once',
    permission: { action: 'issueRegistrationToken', resource: onApplication },
    assurance: freshSignIn,
    input: {
      body: z.strictObject({
        uses: z.int().min(1).max(1000).default(1).describe('How many clients may register with it.'),
        seconds: z
          .int()
          .min(60)
          .max(90 * 86_400)
          .default(86_400)
          .describe('How long it holds.'),
      }),
    },
    output: z.object({ id: z.string(), token: z.string(), expiresAt: z.iso.datetime() }),
    event: 'client.registration_token_created',
    limit,
    handler: ({ work, params, body, now }) =>
      work(async (tx) => {
        const known = await tools.applications.find(tx, params.app)
        if (known === undefined) return refuse(clientsErrors.client_application_unknown, { application: params.app })
        if (known.builtin) return refuse(clientsErrors.client_application_builtin)
        const token = newSecret(tools.random, 'hfr')
        const id = tools.random.id()
        const expiresAt = addSeconds(now, body.seconds)
        const row = { id, application: params.app, hash: hashSecret(token), uses: body.uses, at: now, expiresAt }
        await insertToken(tx, row)
        await tx.record({
          kind: 'client.registration_token_created',
          resource: { type: 'Application', id: params.app },
          application: params.app,
          data: { id, uses: body.uses, expiresAt: expiresAt.toISOString() },
        })
        return ok({ id, token, expiresAt: expiresAt.toISOString() }, { status: 201 })
      }),
  }),
  defineRoute({
    method: 'DELETE',
    path: '/api/v1/applications/:app/registration-tokens/:id',
    summary: 'Take back a token with which clients may register themselves',
    permission: { action: 'issueRegistrationToken', resource: onApplication },
    output: z.object({ deleted: z.literal(true) }),
    event: 'client.registration_token_deleted',
    limit,
    handler: ({ work, params }) =>
      work(async (tx) => {
        if (!uuid.test(params.id) || !(await deleteToken(tx, params.app, params.id))) {
          return refuse(registrationErrors.registration_token_not_found)
        }
        const resource = { type: 'Application', id: params.app }
        const kind = 'client.registration_token_deleted'
        await tx.record({ kind, resource, application: params.app, data: { id: params.id } })
        return ok({ deleted: true })
      }),
  }),
]
