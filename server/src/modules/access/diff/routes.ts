import { z } from 'zod'
import { perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../platform/http/route.ts'
import { ok } from '../../../platform/outcome.ts'
import { compare } from './compare.ts'
import { createLines } from './line.ts'
import { Compared, Comparing, SideMaterial, Sides } from './shapes.ts'
import { loadSides, materialOf, type SideDeps } from './side.ts'

export function diffRoutes(deps: SideDeps): Route[] {
  const lines = createLines()
  return [
    defineRoute({
      method: 'POST',
      path: '/api/v1/applications/:app/diff',
      summary: 'Compare two sets of policies, or two moments: who gains and who loses what',
      permission: { action: 'compareAccess', resource: ({ params }) => ({ type: 'Application', id: params.app }) },
      input: { body: Comparing },
      bodyLimit: 3 * 1024 * 1024,
      output: Compared,
      reads: true,
      limit: perPrincipal(60, 'minute'),
      handler: ({ read, params, body, now, caller, request }) =>
        lines.enter(caller.tenant, request.signal, async () => {
          const sides = await loadSides(read, deps, params.app, body, now)
          return sides.ok ? compare(sides.value.old, sides.value.new, body, request.signal) : sides
        }),
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/applications/:app/diff/sides',
      summary: 'Read everything that decides on both sides of a comparison',
      permission: { action: 'exportAccess', resource: ({ params }) => ({ type: 'Application', id: params.app }) },
      input: { body: Sides },
      bodyLimit: 3 * 1024 * 1024,
      output: z.object({ old: SideMaterial, new: SideMaterial }),
      reads: true,
      limit: perPrincipal(60, 'minute'),
      handler: async ({ read, params, body, now }) => {
        const sides = await loadSides(read, deps, params.app, body, now)
        return sides.ok ? ok({ old: materialOf(sides.value.old), new: materialOf(sides.value.new) }) : sides
      },
    }),
  ]
}
