import { at } from './client.ts'
import { get, send } from './connection.ts'
import type {
  Answer,
  Application,
  ApplicationChange,
  Body,
  Control,
  CreatedKey,
  CreatedService,
  Evaluation,
  EvaluationRequest,
  Group,
  GroupChange,
  Me,
  NewApplication,
  NewGroup,
  NewPerson,
  NewService,
  Overview,
  Page,
  Person,
  PersonChange,
  Policy,
  Schema,
  Service,
  ServiceChange,
  Session,
  Validation,
} from './types.ts'
import type { Query } from './client.ts'

/** One method per route of `/api/v1` that the console uses; those of the log and the keys are in files of their own. */
export const api = {
  me: async () => await get<Me>('/me'),
  overview: async (signal: AbortSignal) => await get<Overview>('/overview', {}, signal),
  controls: async () => await get<Page<Control>>('/controls'),

  people: async (query: Query, signal?: AbortSignal) => await get<Page<Person>>('/people', query, signal),
  person: async (id: string) => await get<Person>(at`/people/${id}`),
  createPerson: async (person: NewPerson) => await send<Person>('POST', '/people', person),
  changePerson: async (id: string, change: PersonChange) => await send<Person>('PATCH', at`/people/${id}`, change),
  setPassword: async (id: string, body: Body<'PUT /api/v1/people/{id}/password'>) =>
    await send<Answer<'PUT /api/v1/people/{id}/password'>>('PUT', at`/people/${id}/password`, body),
  resetPassword: async (id: string) =>
    await send<Answer<'POST /api/v1/people/{id}/password-reset'>>('POST', at`/people/${id}/password-reset`),
  deletePerson: async (id: string) => await send<void>('DELETE', at`/people/${id}`),
  revokeSessionsOf: async (id: string) =>
    await send<Answer<'DELETE /api/v1/people/{id}/sessions'>>('DELETE', at`/people/${id}/sessions`),

  groups: async () => await get<Page<Group>>('/groups'),
  createGroup: async (group: NewGroup) => await send<Group>('POST', '/groups', group),
  changeGroup: async (id: string, change: GroupChange) => await send<Group>('PATCH', at`/groups/${id}`, change),
  deleteGroup: async (id: string) => await send<void>('DELETE', at`/groups/${id}`),

  services: async (query: Query) => await get<Page<Service>>('/services', query),
  createService: async (service: NewService) => await send<CreatedService>('POST', '/services', service),
  changeService: async (id: string, change: ServiceChange) => await send<Service>('PATCH', at`/services/${id}`, change),
  createKey: async (id: string) => await send<CreatedKey>('POST', at`/services/${id}/keys`),
  deleteKey: async (id: string, key: string) => await send<void>('DELETE', at`/services/${id}/keys/${key}`),
  deleteService: async (id: string) => await send<void>('DELETE', at`/services/${id}`),

  sessions: async (query: Query, signal?: AbortSignal) => await get<Page<Session>>('/sessions', query, signal),
  revokeEverySession: async () => await send<Answer<'DELETE /api/v1/sessions'>>('DELETE', '/sessions'),
  revokeSession: async (id: string) =>
    await send<Answer<'DELETE /api/v1/sessions/{id}'>>('DELETE', at`/sessions/${id}`),

  applications: async () => await get<Page<Application>>('/applications'),
  createApplication: async (application: NewApplication) =>
    await send<Application>('POST', '/applications', application),
  changeApplication: async (id: string, change: ApplicationChange) =>
    await send<Application>('PATCH', at`/applications/${id}`, change),
  schema: async (id: string) => await get<Schema>(at`/applications/${id}/schema`),
  saveSchema: async (id: string, text: string) => await send<Schema>('PUT', at`/applications/${id}/schema`, { text }),

  policies: async (app: string) => await get<Page<Policy>>(at`/applications/${app}/policies`),
  savePolicy: async (app: string, name: string, body: Body<'PUT /api/v1/applications/{app}/policies/{name}'>) =>
    await send<Policy>('PUT', at`/applications/${app}/policies/${name}`, body),
  deletePolicy: async (app: string, name: string) =>
    await send<void>('DELETE', at`/applications/${app}/policies/${name}`),
  validate: async (app: string, kind: 'policy' | 'schema', text: string) =>
    await send<Validation>('POST', at`/applications/${app}/policies/validate`, { text, kind }),
  evaluate: async (app: string, request: EvaluationRequest) =>
    await send<Evaluation>('POST', at`/applications/${app}/evaluate`, request),
}
