import { perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../platform/http/route.ts'
import { ok } from '../../../platform/outcome.ts'
import { compare } from './compare.ts'
import { Compared, Comparing, Side, SideMaterial } from './shapes.ts'
import { loadSide, materialOf, type SideDeps } from './side.ts'

export function diffRoutes(deps: SideDeps): Route[] {
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
      handler: async ({ read, params, body, now, request }) => {
        const old = await loadSide(read, deps, params.app, body.old, now)
        if (!old.ok) return old
        const after = await loadSide(read, deps, params.app, body.new, now)
        return after.ok ? compare(old.value, after.value, body, request.signal) : after
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/applications/:app/diff/side',
      summary: 'Read everything that decides on one side of a comparison',
      permission: { action: 'exportAccess', resource: ({ params }) => ({ type: 'Application', id: params.app }) },
      input: { body: Side },
      bodyLimit: 3 * 1024 * 1024,
      output: SideMaterial,
      reads: true,
      limit: perPrincipal(60, 'minute'),
      handler: async ({ read, params, body, now }) => {
        const loaded = await loadSide(read, deps, params.app, body, now)
        return loaded.ok ? ok(materialOf(loaded.value)) : loaded
      },
    }),
  ]
}
