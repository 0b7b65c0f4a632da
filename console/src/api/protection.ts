import { queryOptions } from '@tanstack/react-query'
import { at, type Query } from './client.ts'
import { get, send } from './connection.ts'
import { unlessRefused } from './queries.ts'
import type {
  Answer,
  Body,
  ForeseenRequest,
  CheckedDocument,
  CspProposal,
  CspReport,
  Page,
  Protection,
  StoredProtection,
} from './types.ts'

type Stored = Answer<'GET /api/v1/applications/{app}/protection'>

const stored = ({ version, changedAt, ...settings }: Stored): StoredProtection => ({ settings, version, changedAt })

/** What stands between the world and an application: its settings, and what came of them. */
export const protection = {
  read: async (app: string, signal?: AbortSignal) =>
    stored(await get<Stored>(at`/applications/${app}/protection`, {}, signal)),
  save: async (app: string, settings: Protection, expected: number) =>
    stored(await send<Stored>('PUT', at`/applications/${app}/protection`, { ...settings, expected })),
  check: async (app: string, document: Readonly<Record<string, unknown>>, unknown: string) =>
    await send<CheckedDocument>('POST', at`/applications/${app}/protection/check`, { document, unknown }),
  explain: async (app: string, asked: Body<'POST /api/v1/applications/{app}/protection/explain'>) =>
    await send<ForeseenRequest>('POST', at`/applications/${app}/protection/explain`, asked),

  reports: async (app: string, signal?: AbortSignal) =>
    await get<Page<CspReport>>(at`/applications/${app}/csp-reports`, {}, signal),
  clearReports: async (app: string) =>
    await send<Answer<'DELETE /api/v1/applications/{app}/csp-reports'>>('DELETE', at`/applications/${app}/csp-reports`),
  proposal: async (app: string, query: Query, signal?: AbortSignal) =>
    await get<CspProposal>(at`/applications/${app}/csp-proposal`, query, signal),
}

export const protectionQuery = (app: string) =>
  queryOptions({
    queryKey: ['protection', app, 'settings'],
    queryFn: async ({ signal }) => await protection.read(app, signal),
    refetchInterval: unlessRefused(15_000),
  })
