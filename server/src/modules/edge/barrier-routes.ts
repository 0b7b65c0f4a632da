import { LEASE_OVER } from '@holdfast/bundle'
import { z } from 'zod'
import { perPrincipal } from '../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { ok } from '../../platform/outcome.ts'
import type { ResourceRef } from '../../platform/ports.ts'
import { barrier } from './barrier.ts'
import type { EdgeDeps } from './deps.ts'
import { leasedEdges } from './store/edges.ts'

const installation = (): ResourceRef => ({ type: 'Installation', id: 'installation' })
/** Longer than any lease. */
const longestWait = LEASE_OVER + 10

const Edge = z.object({
  service: z.string(),
  instance: z.string(),
  kind: z.enum(['sdk', 'gateway']),
  application: z.string().nullable().describe('null for a gateway, which serves all'),
  epoch: z.int().describe('what it said last that it holds'),
  cursor: z.int().describe('its place in the feed of ended sessions'),
  leaseUntil: z.iso.datetime().describe('after it the process acts by nothing that it was given'),
})

const Barrier = z.object({
  state: z.enum(['effective', 'pending']),
  epoch: z.int(),
  cursor: z.int(),
  application: z.string().nullable(),
  effectiveAt: z.iso.datetime().nullable(),
  edges: z.array(Edge.extend({ how: z.enum(['acknowledged', 'lapsed', 'left', 'waiting']) })),
  event: z.string(),
  receipt: z.string().nullable().describe('a signed statement, to be verified without a server; null while pending'),
})

export function barrierRoutes(deps: EdgeDeps): Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/api/v1/barrier',
      summary: 'Wait until no gateway and no SDK acts by anything older than an epoch, and have it signed',
      permission: {
        action: 'awaitEffect',
        resource: ({ body }) =>
          body.application === undefined ? installation() : { type: 'Application', id: body.application },
      },
      input: {
        body: z.strictObject({
          epoch: z.int().positive().optional().describe('of the header Holdfast-Epoch; the newest when not said'),
          application: z.string().max(63).optional().describe('only its edges, and the gateways'),
          waitSeconds: z.number().min(0).max(longestWait).default(LEASE_OVER),
        }),
      },
      output: Barrier,
      event: 'revocation.effective',
      limit: perPrincipal(120, 'minute'),
      handler: async ({ caller, body, source, request }) => {
        const { tenant, principal, name } = caller
        const context = { tenant, actor: { ...principal, name }, source, requestId: request.requestId }
        const { epoch, application, waitSeconds: seconds } = body
        const answer = await barrier(deps, { context, epoch, application, seconds, signal: request.signal })
        if (!answer.ok) return answer
        const { effectiveAt, edges, ...others } = answer.value
        const shown = {
          ...others,
          effectiveAt: effectiveAt?.toISOString() ?? null,
          edges: edges.map((edge) => ({ ...edge, leaseUntil: edge.leaseUntil.toISOString() })),
        }
        return ok(shown, { status: effectiveAt === null ? 202 : 200 })
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/edges',
      summary: 'The gateways and SDKs that have a lease, with what each holds',
      permission: { action: 'listEdges', resource: installation },
      output: z.object({ items: z.array(Edge.extend({ version: z.string(), lastSeenAt: z.iso.datetime() })) }),
      reads: true,
      limit: perPrincipal(600, 'minute'),
      handler: ({ read }) =>
        read(async (tx) => {
          const edges = await leasedEdges(tx, null)
          return ok({
            items: edges.map(({ leaseUntil, lastSeenAt, ...edge }) => ({
              ...edge,
              leaseUntil: leaseUntil.toISOString(),
              lastSeenAt: lastSeenAt.toISOString(),
            })),
          })
        }),
    }),
  ]
}
