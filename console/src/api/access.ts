import { at, type Query } from './client.ts'
import { get, send } from './connection.ts'
import type {
  AccessChange,
  Answer,
  Body,
  Candidate,
  CandidateReport,
  Comparison,
  DecisionPage,
  Effect,
  Evaluation,
  Grant,
  NewGrant,
  NewRole,
  Page,
  Promoted,
  Role,
  RoleChange,
  Side,
  StoredEntity,
  WhatCan,
  WhoCan,
} from './types.ts'

/** Who may do what in one application: the routes below `/applications/:app` that are not its policies. */
export const access = {
  may: async (app: string) => await get<Answer<'GET /api/v1/me/applications/{app}'>>(at`/me/applications/${app}`),

  roles: async (app: string) =>
    await get<Answer<'GET /api/v1/applications/{app}/roles'>>(at`/applications/${app}/roles`),
  createRole: async (app: string, role: NewRole) => await send<Role>('POST', at`/applications/${app}/roles`, role),
  changeRole: async (app: string, id: string, change: RoleChange) =>
    await send<Role>('PATCH', at`/applications/${app}/roles/${id}`, change),
  deleteRole: async (app: string, id: string) => await send<void>('DELETE', at`/applications/${app}/roles/${id}`),

  grants: async (app: string, query: Query, signal?: AbortSignal) =>
    await get<Page<Grant>>(at`/applications/${app}/grants`, query, signal),
  grant: async (app: string, id: string) =>
    await get<Answer<'GET /api/v1/applications/{app}/grants/{id}'>>(at`/applications/${app}/grants/${id}`),
  give: async (app: string, grant: NewGrant) => await send<Grant>('POST', at`/applications/${app}/grants`, grant),
  endGrant: async (app: string, id: string, body: Body<'POST /api/v1/applications/{app}/grants/{id}/end'>) =>
    await send<Grant>('POST', at`/applications/${app}/grants/${id}/end`, body),

  entities: async (app: string, query: Query, signal?: AbortSignal) =>
    await get<Page<StoredEntity>>(at`/applications/${app}/entities`, query, signal),

  whoCan: async (app: string, query: Query, signal?: AbortSignal) =>
    await get<Page<WhoCan>>(at`/applications/${app}/who-can`, query, signal),
  whatCan: async (app: string, query: Query, signal?: AbortSignal) =>
    await get<Page<WhatCan>>(at`/applications/${app}/what-can`, query, signal),
  explain: async (app: string, query: Query) => await get<Evaluation>(at`/applications/${app}/explain`, query),
  history: async (app: string, query: Query, signal?: AbortSignal) =>
    await get<Page<AccessChange>>(at`/applications/${app}/history`, query, signal),
  compare: async (app: string, now: Side) =>
    await send<Comparison>('POST', at`/applications/${app}/diff`, { new: now, examples: 6 }),

  awaitEffect: async (application: string) => await send<Effect>('POST', '/barrier', { application, waitSeconds: 10 }),

  candidate: async (app: string) => await get<Candidate>(at`/applications/${app}/candidate`),
  stopCandidate: async (app: string) => await send<void>('DELETE', at`/applications/${app}/candidate`),
  candidateReport: async (app: string) => await get<CandidateReport>(at`/applications/${app}/candidate/report`),
  promote: async (app: string, body: Body<'POST /api/v1/applications/{app}/candidate/promote'>) =>
    await send<Promoted>('POST', at`/applications/${app}/candidate/promote`, body),

  decisions: async (app: string, query: Query, signal?: AbortSignal) =>
    await get<DecisionPage>(at`/applications/${app}/decisions`, query, signal),
}
