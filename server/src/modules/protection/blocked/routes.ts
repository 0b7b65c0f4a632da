import { perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type HandlerInput, type Route } from '../../../platform/http/route.ts'
import { ok } from '../../../platform/outcome.ts'
import type { Caller } from '../../../platform/ports.ts'
import type { Read } from '../../../platform/work.ts'
import { readProtection } from '../change.ts'
import type { ProtectionDeps } from '../deps.ts'
import { allExceptions, exceptionId, isExpired } from '../exceptions/scope.ts'
import type { Asking } from '../../ledger/index.ts'
import { findRequest } from './find.ts'
import { groupsOf } from './groups.ts'
import { searchBlocked } from './search.ts'
import { BlockedQuery, GroupList, Request, RequestList, RequestsQuery, showGroup, showRequest } from './wire.ts'

const onApplication = ({ params }: { readonly params: { readonly app: string } }) => ({
  type: 'Application',
  id: params.app,
})
const base = '/api/v1/applications/:app/protection'
/** Requests of which one page of groups is made. */
const pageOfGroups = 500

export function blockedRoutes(deps: ProtectionDeps): Route[] {
  const { ledger } = deps
  const inForce = async (read: Read, application: string, now: Date) => {
    const found = await read((tx) => readProtection(tx, deps, application))
    if (!found.ok) return found
    const kept = allExceptions(found.value.settings.inspection).filter((each) => !isExpired(each, now))
    return ok(new Set(kept.map(exceptionId)))
  }
  return [
    defineRoute({
      method: 'GET',
      path: `${base}/blocked`,
      summary: 'What was found in the newest blocked and reported requests, grouped by where and what',
      permission: { action: 'viewTraffic', resource: onApplication },
      input: { query: BlockedQuery },
      output: GroupList,
      event: 'log.read',
      limit: perPrincipal(300, 'minute'),
      handler: async ({ params, query, ...input }) => {
        const known = await inForce(input.read, params.app, input.now)
        if (!known.ok) return known
        const page = await searchBlocked(ledger.search, params.app, query, pageOfGroups, askingOf(input))
        if (!page.ok) return page
        const { items, ...rest } = page.value
        return ok({ ...rest, groups: groupsOf(items).map((group) => showGroup(group, known.value)) })
      },
    }),
    defineRoute({
      method: 'GET',
      path: `${base}/blocked-requests`,
      summary: 'Blocked and reported requests one by one, newest first',
      permission: { action: 'viewTraffic', resource: onApplication },
      input: { query: RequestsQuery },
      output: RequestList,
      event: 'log.read',
      limit: perPrincipal(300, 'minute'),
      handler: async ({ params, query: { limit, ...query }, ...input }) => {
        const known = await inForce(input.read, params.app, input.now)
        if (!known.ok) return known
        const page = await searchBlocked(ledger.search, params.app, query, limit, askingOf(input))
        if (!page.ok) return page
        const { items, next, complete } = page.value
        return ok({ items: items.map(({ request }) => showRequest(request, known.value)), next, complete })
      },
    }),
    defineRoute({
      method: 'GET',
      path: `${base}/blocked/:event`,
      summary:
        'One blocked request: what arrived, how it was decoded, what was found, and the exception that each finding needs',
      permission: { action: 'viewTraffic', resource: onApplication },
      output: Request,
      event: 'log.read',
      limit: perPrincipal(300, 'minute'),
      handler: async ({ params, ...input }) => {
        const known = await inForce(input.read, params.app, input.now)
        if (!known.ok) return known
        const found = await input.read((tx) => findRequest(tx, deps, params.app, params.event))
        if (!found.ok) return found
        const resource = { type: 'Event', id: params.event }
        await ledger.readings.record(askingOf(input), { what: 'event', resource })
        return ok(showRequest(found.value, known.value))
      },
    }),
  ]
}

function askingOf({
  caller,
  source,
  read,
  now,
  request: { signal, requestId },
}: Pick<HandlerInput<string, object, Caller>, 'caller' | 'source' | 'read' | 'now' | 'request'>): Asking {
  return { caller, source, requestId, read, now, signal }
}
