import { z } from 'zod'
import { perPrincipal } from '../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { ok } from '../../platform/outcome.ts'
import type { CheckControls } from './check.ts'
import { type OverviewPorts, readOverview } from './overview.ts'

const count = z.int().min(0)
const time = z.iso.datetime()

const ControlPage = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      statement: z.string(),
      mapsTo: z.array(z.object({ framework: z.string(), ref: z.string() })),
      status: z.enum(['pass', 'fail', 'unknown']),
      checkedAt: time,
      evidence: z.string(),
    }),
  ),
  next: z.null(),
})

const Overview = z.object({
  people: z.object({ total: count, active: count, disabled: count }),
  sessions: z.object({ active: count }),
  signIns: z.object({ succeeded24h: count, refused24h: count }),
  refusals24h: count,
  events24h: count,
  series: z.array(z.object({ hour: time, allowed: count, refused: count })).length(24),
  ledger: z.object({ seq: count, hash: z.string() }),
  applications: z.array(
    z.object({ id: z.string(), name: z.string(), epoch: count, edges: count, lastSeenAt: time.nullable() }),
  ),
  controls: z
    .object({ passed: count, failed: count, total: count })
    .nullable()
    .describe('of the installation: for operators of its first tenant'),
})

const installation = () => ({ type: 'Installation', id: 'installation' })

export const routes = (check: CheckControls, ports: OverviewPorts): readonly Route[] => [
  defineRoute({
    method: 'GET',
    path: '/api/v1/controls',
    summary: 'Run the controls of every module against this installation and show what they found',
    permission: { action: 'listControls', resource: installation },
    output: ControlPage,
    reads: true,
    limit: perPrincipal(120, 'minute'),
    handler: async ({ caller }) => {
      const results = await check(caller.tenant)
      return ok({
        items: results.map(({ mapsTo, checkedAt, ...rest }) => ({
          ...rest,
          mapsTo: [...mapsTo],
          checkedAt: checkedAt.toISOString(),
        })),
        next: null,
      })
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/api/v1/overview',
    summary: 'Show the state of the installation at a glance',
    permission: { action: 'viewOverview', resource: installation },
    output: Overview,
    reads: true,
    limit: perPrincipal(120, 'minute'),
    handler: async ({ caller, read, now }) => {
      const results = caller.tenant === ports.first ? await check(caller.tenant) : null
      return ok(await read((tx) => readOverview(ports, tx, now, results)))
    },
  }),
]
