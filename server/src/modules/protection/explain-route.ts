import { z } from 'zod'
import { perPrincipal } from '../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { ok } from '../../platform/outcome.ts'
import type { ProtectionDeps } from './deps.ts'
import { explainRequest, type Foreseen } from './explain.ts'

const Uid = z.object({ type: z.string().min(1).max(200), id: z.string().min(1).max(512) })
const mode = z.enum(['off', 'report', 'block'])
const levels = { aal1: 1, aal2: 2, phr: 3 } as const

const Explained = z.object({
  outcome: z.enum(['pass', 'report', 'refuse']).meta({ description: '`report`: it passes, and an event tells' }),
  code: z.string().nullable().meta({ description: 'Of the problem that would be answered' }),
  detail: z.string(),
  route: z
    .object({ index: z.int(), path: z.string(), method: z.string().nullable(), action: z.string().nullable() })
    .nullable()
    .meta({ description: 'The first of `routes` that fits' }),
  public: z.boolean(),
  modes: z.object({ policy: mode, csrf: mode, inspection: mode.nullable() }),
  resource: Uid.nullable(),
  decision: z
    .object({
      decision: z.enum(['allow', 'deny']),
      policies: z.array(z.string()),
      errors: z.array(z.object({ policy: z.string(), message: z.string() })),
    })
    .nullable(),
  masked: z.boolean().meta({ description: 'What is answered is reduced to what the caller may see' }),
})

/** What a gateway would decide, for whoever writes routes. */
export const explainRoute = (deps: ProtectionDeps): Route =>
  defineRoute({
    method: 'POST',
    path: '/api/v1/applications/:app/protection/explain',
    summary: 'What the gateways would decide for a request of somebody, by the routes and policies of now',
    permission: {
      action: 'evaluate',
      resource: ({ params }: { readonly params: { readonly app: string } }) => ({
        type: 'Application',
        id: params.app,
      }),
    },
    input: {
      body: z.strictObject({
        method: z
          .string()
          .regex(/^[A-Z][A-Z-]{0,31}$/)
          .default('GET'),
        path: z.string().startsWith('/').max(8192).meta({ description: 'With its query' }),
        principal: Uid.nullable().default(null).meta({ description: 'null: nobody is signed in' }),
        acr: z.enum(['aal1', 'aal2', 'phr']).default('aal1'),
        age: z.int().min(0).default(0).meta({ description: 'Seconds since the sign-in' }),
      }),
    },
    output: Explained,
    reads: true,
    limit: perPrincipal(1200, 'minute'),
    handler: ({ params, body: { method, path: target, principal, acr, age }, read }) =>
      read(async (tx) => {
        const session = { acr, level: levels[acr], amr: [], age }
        const foreseen = await explainRequest(tx, deps, params.app, { method, target, principal, session })
        return foreseen.ok ? ok(show(foreseen.value)) : foreseen
      }),
  })

function show({ outcome, code, detail, place, resource, decision }: Foreseen): z.output<typeof Explained> {
  const { found, rule, mode: policy, csrf, inspection = null, mask } = place
  const { path = '', method = null, action = null } = rule ?? {}
  return {
    outcome,
    code,
    detail,
    route: found.kind === 'route' ? { index: found.index, path, method, action } : null,
    public: place.public,
    modes: { policy, csrf, inspection },
    resource,
    decision:
      decision === null
        ? null
        : { decision: decision.decision, policies: [...decision.reasons], errors: [...decision.errors] },
    masked: mask !== null,
  }
}
