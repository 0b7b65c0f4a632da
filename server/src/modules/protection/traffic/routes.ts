import { TrafficRequest, TrafficResponse } from '@holdfast/bundle'
import { perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../platform/http/route.ts'
import { ok } from '../../../platform/outcome.ts'
import { readProtection } from '../change.ts'
import type { ProtectionDeps } from '../deps.ts'
import { addTraffic } from './counts.ts'
import { followTraffic } from './live.ts'
import { readTraffic } from './read.ts'
import { sampleStore } from './samples.ts'
import { LiveAnswer, LiveQuery, showSample, showTraffic, TrafficAnswer, TrafficQuery } from './wire.ts'

const onApplication = ({ params }: { readonly params: { readonly app: string } }) => ({
  type: 'Application',
  id: params.app,
})
const path = '/api/v1/applications/:app/protection/traffic'

export function trafficRoutes(deps: ProtectionDeps): Route[] {
  const samples = sampleStore(deps.keys)
  return [
    defineRoute({
      method: 'GET',
      path,
      summary: 'What the gateways of an application were asked: over time and by route',
      permission: { action: 'viewTraffic', resource: onApplication },
      input: { query: TrafficQuery },
      output: TrafficAnswer,
      reads: true,
      limit: perPrincipal(600, 'minute'),
      handler: ({ params, query, read, now }) =>
        read(async (tx) => {
          const found = await readProtection(tx, deps, params.app)
          return found.ok ? ok(showTraffic(await readTraffic(tx, params.app, query, now))) : found
        }),
    }),
    defineRoute({
      method: 'GET',
      path: `${path}/live`,
      summary: 'Some of the last requests; with `after` it waits for the next ones',
      permission: { action: 'viewTraffic', resource: onApplication },
      input: { query: LiveQuery },
      output: LiveAnswer,
      reads: true,
      limit: perPrincipal(600, 'minute'),
      handler: async ({ params, query, read, request }) => {
        const found = await read((tx) => readProtection(tx, deps, params.app))
        if (!found.ok) return found
        const { after = null, wait } = query
        const { items, next } = await followTraffic(samples, read, {
          application: params.app,
          after,
          wait,
          signal: request.signal,
        })
        return ok({ items: items.map(showSample), next })
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/edge/traffic',
      summary: 'What a gateway was asked, counted by route',
      permission: {
        action: 'serveApplication',
        resource: ({ body }) => ({ type: 'Application', id: body.application }),
      },
      input: { body: TrafficRequest },
      bodyLimit: 512 * 1024,
      output: TrafficResponse,
      reads: true,
      limit: perPrincipal(6000, 'minute'),
      handler: ({ caller, body }) =>
        deps.database.asTenant(caller.tenant, async (tx) => {
          const found = await readProtection(tx, deps, body.application)
          if (!found.ok) return found
          await addTraffic(tx, body)
          await samples.add(tx, body.application, body.edge, body.samples)
          return ok({ accepted: body.routes.length })
        }),
    }),
  ]
}
