import { at, type Query } from './client.ts'
import { get, send } from './connection.ts'
import type { Answer, Body, Elevation, NewElevation, NewGlass, Page } from './types.ts'

/** Roles for a time: asked for, answered, taken in an emergency, and reviewed. */
export const elevations = {
  rules: async (app: string, query: Query) =>
    await get<Answer<'GET /api/v1/applications/{app}/elevation-rules'>>(
      at`/applications/${app}/elevation-rules`,
      query,
    ),
  list: async (app: string, query: Query, signal?: AbortSignal) =>
    await get<Page<Elevation>>(at`/applications/${app}/elevations`, query, signal),
  one: async (app: string, id: string) => await get<Elevation>(at`/applications/${app}/elevations/${id}`),
  ask: async (app: string, body: NewElevation) =>
    await send<Elevation>('POST', at`/applications/${app}/elevations`, body),
  breakGlass: async (app: string, body: NewGlass) =>
    await send<Elevation>('POST', at`/applications/${app}/break-glass`, body),
  answer: async (app: string, id: string, how: 'approve' | 'deny' | 'cancel' | 'end', note: string) =>
    await send<Elevation>('POST', at`/applications/${app}/elevations/${id}/${how}`, note === '' ? {} : { note }),
  review: async (app: string, id: string, body: Body<'POST /api/v1/applications/{app}/elevations/{id}/review'>) =>
    await send<Elevation>('POST', at`/applications/${app}/elevations/${id}/review`, body),
}
