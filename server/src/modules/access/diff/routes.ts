import { perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../platform/http/route.ts'
import { compare } from './compare.ts'
import { Compared, Comparing } from './shapes.ts'
import { loadSide, type SideDeps } from './side.ts'

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
  ]
}
