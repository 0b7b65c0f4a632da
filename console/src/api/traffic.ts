import { at, type Query } from './client.ts'
import { get, send } from './connection.ts'
import type {
  BlockedGroups,
  BlockedRequest,
  BlockedRequests,
  BudgetUse,
  Items,
  Learned,
  LiveTraffic,
  NewException,
  ProtectionException,
  Traffic,
} from './types.ts'

/** What came to an application, what was refused of it, and what was learned of it. */
export const traffic = {
  read: async (app: string, query: Query, signal?: AbortSignal) =>
    await get<Traffic>(at`/applications/${app}/protection/traffic`, query, signal),
  live: async (app: string, query: Query, signal?: AbortSignal) =>
    await get<LiveTraffic>(at`/applications/${app}/protection/traffic/live`, query, signal),

  budgets: async (app: string, signal?: AbortSignal) =>
    await get<Items<BudgetUse>>(at`/applications/${app}/protection/budgets`, {}, signal),

  groups: async (app: string, query: Query, signal?: AbortSignal) =>
    await get<BlockedGroups>(at`/applications/${app}/protection/blocked`, query, signal),
  requests: async (app: string, query: Query, signal?: AbortSignal) =>
    await get<BlockedRequests>(at`/applications/${app}/protection/blocked-requests`, query, signal),
  request: async (app: string, event: string) =>
    await get<BlockedRequest>(at`/applications/${app}/protection/blocked/${event}`),

  exceptions: async (app: string) =>
    await get<Items<ProtectionException>>(at`/applications/${app}/protection/exceptions`),
  except: async (app: string, exception: NewException) =>
    await send<ProtectionException>('POST', at`/applications/${app}/protection/exceptions`, exception),
  removeException: async (app: string, id: string) =>
    await send<{ readonly removed: true }>('DELETE', at`/applications/${app}/protection/exceptions/${id}`),

  learned: async (app: string, signal?: AbortSignal) =>
    await get<Learned>(at`/applications/${app}/protection/learned`, {}, signal),
  forget: async (app: string) =>
    await send<{ readonly forgotten: true }>('DELETE', at`/applications/${app}/protection/learned`),
}
