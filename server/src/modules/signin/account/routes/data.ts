import { freshSignIn } from '../../../../platform/assurance.ts'
import { defineRoute, type Route } from '../../../../platform/http/route.ts'
import { ok, type Reply } from '../../../../platform/outcome.ts'
import { heldOn } from '../held.ts'
import { act, ownerOf, refusedTo, verifyFor } from '../own.ts'
import { dataBody } from '../pages/data-page.ts'
import type { AccountTools } from '../parts.ts'
import { changed, pageRoute, type Shown } from './common.ts'

const at = '/account/data'

export function dataRoutes(deps: AccountTools): Route[] {
  const page: Shown = {
    at,
    action: 'viewSelf',
    async load({ fresh }) {
      const confirm = fresh ? null : verifyFor(at, freshSignIn)
      return () => ({ body: dataBody(confirm) })
    },
  }
  return [
    pageRoute(deps, page, 'The page to download at what is held on oneself'),
    defineRoute({
      ...changed,
      path: at,
      summary: 'Everything that is held on oneself, as one file',
      output: { media: 'application/json' },
      event: 'person.data_taken',
      async handler(route) {
        const owner = await ownerOf(deps, route, at)
        if ('redirect' in owner) return ok('', to(owner.redirect))
        if (!owner.fresh) return ok('', to(verifyFor(at, freshSignIn)))
        const { read, now, source, request } = route
        const { requestId, signal } = request
        const forbidden = await refusedTo(deps, owner, 'downloadOwnData')
        const { caller } = owner
        const held =
          forbidden === undefined ? await heldOn(deps, owner, { caller, source, requestId, signal, read, now }) : {}
        const { outcome } = await act(route.work, 'person.data_taken', owner, (work) =>
          work(async (tx) => {
            if (forbidden !== undefined) return forbidden
            await tx.record({ kind: 'person.data_taken', resource: caller.principal })
            return ok(`${JSON.stringify(held, null, 2)}\n`)
          }),
        )
        const name = `my-data-${now.toISOString().slice(0, 10)}.json`
        const headers = { 'content-disposition': `attachment; filename="${name}"` }
        return outcome.ok ? ok(outcome.value, { headers }) : outcome
      },
    }),
  ]
}

function to(location: string): Reply {
  return { status: 303, headers: { location } }
}
