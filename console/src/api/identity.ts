import { at, type Query } from './client.ts'
import { get, send, upload } from './connection.ts'
import type {
  Answer,
  Body,
  Brand,
  ClientChange,
  ConnectedClient,
  Connection,
  ConnectionChange,
  CreatedClient,
  CreatedScim,
  FactorProof,
  Factors,
  Identity,
  Invitation,
  Items,
  KeyRotated,
  Letter,
  LimitsChange,
  MailStatus,
  MailTemplate,
  NewClient,
  NewConnection,
  NewInvitation,
  NewRegistrationToken,
  NewSecret,
  OAuthClient,
  Page,
  RegistrationToken,
  Resource,
  ScimConnection,
  SessionLimits,
  SigningKey,
  Wording,
} from './types.ts'

/** What an application is to sign-in: its OAuth clients, what they may ask for, and how long its sessions last. */
export const clients = {
  list: async (app: string) => await get<Page<OAuthClient>>(at`/applications/${app}/clients`),
  create: async (app: string, client: NewClient) =>
    await send<CreatedClient>('POST', at`/applications/${app}/clients`, client),
  change: async (app: string, id: string, change: ClientChange) =>
    await send<CreatedClient>('PATCH', at`/applications/${app}/clients/${id}`, change),
  remove: async (app: string, id: string) => await send<void>('DELETE', at`/applications/${app}/clients/${id}`),
  newSecret: async (app: string, id: string, overlapSeconds: number) =>
    await send<NewSecret>('POST', at`/applications/${app}/clients/${id}/secrets`, { overlapSeconds }),
  deleteSecret: async (app: string, id: string, secret: string) =>
    await send<void>('DELETE', at`/applications/${app}/clients/${id}/secrets/${secret}`),
  tokens: async (app: string) => await get<Items<RegistrationToken>>(at`/applications/${app}/registration-tokens`),
  createToken: async (app: string, token: Body<'POST /api/v1/applications/{app}/registration-tokens'>) =>
    await send<NewRegistrationToken>('POST', at`/applications/${app}/registration-tokens`, token),
  deleteToken: async (app: string, id: string) =>
    await send<void>('DELETE', at`/applications/${app}/registration-tokens/${id}`),
  resources: async (app: string) => await get<Items<Resource>>(at`/applications/${app}/resources`),
  saveResources: async (app: string, items: readonly Resource[]) =>
    await send<Items<Resource>>('PUT', at`/applications/${app}/resources`, { items }),
  limits: async (app: string) => await get<SessionLimits>(at`/applications/${app}/session-limits`),
  saveLimits: async (app: string, limits: LimitsChange) =>
    await send<SessionLimits>('PUT', at`/applications/${app}/session-limits`, limits),
  resetLimits: async (app: string) => await send<SessionLimits>('DELETE', at`/applications/${app}/session-limits`),
}

/** How people come in: upstream providers, provisioning, the keys that sign tokens. */
export const signIn = {
  connections: async () => await get<Items<Connection>>('/connections'),
  createConnection: async (connection: NewConnection) => await send<Connection>('POST', '/connections', connection),
  changeConnection: async (id: string, change: ConnectionChange) =>
    await send<Connection>('PATCH', at`/connections/${id}`, change),
  testConnection: async (id: string) =>
    await send<Answer<'POST /api/v1/connections/{id}/test'>>('POST', at`/connections/${id}/test`),
  deleteConnection: async (id: string) => await send<void>('DELETE', at`/connections/${id}`),

  provisioners: async () => await get<Items<ScimConnection>>('/scim/connections'),
  createProvisioner: async (name: string) => await send<CreatedScim>('POST', '/scim/connections', { name }),
  allowGroup: async (id: string, group: string, power: boolean) =>
    await send<ScimConnection>('PUT', at`/scim/connections/${id}/groups/${group}`, { power }),
  disallowGroup: async (id: string, group: string) =>
    await send<ScimConnection>('DELETE', at`/scim/connections/${id}/groups/${group}`),
  handOver: async (id: string, person: string) =>
    await send<ScimConnection>('PUT', at`/scim/connections/${id}/people/${person}`),
  takeBack: async (id: string, person: string) =>
    await send<ScimConnection>('DELETE', at`/scim/connections/${id}/people/${person}`),

  signingKeys: async () => await get<Items<SigningKey>>('/signing-keys'),
  rotate: async (body: Body<'POST /api/v1/signing-keys/rotate'>) =>
    await send<KeyRotated>('POST', '/signing-keys/rotate', body),
}

/** Letters: where they go, what they say, and in development what would have been sent. */
export const mail = {
  status: async () => await get<MailStatus>('/mail'),
  templates: async () => await get<Items<MailTemplate>>('/mail/templates'),
  saveTemplate: async (name: string, wording: Wording) => await send<void>('PUT', at`/mail/templates/${name}`, wording),
  resetTemplate: async (name: string, locale: string) =>
    await send<void>('DELETE', `${at`/mail/templates/${name}`}?locale=${encodeURIComponent(locale)}`),
  test: async (to: string) => await send<void>('POST', '/mail/test', { to }),
  mailbox: async (query: Query, signal?: AbortSignal) => await get<Items<Letter>>('/mailbox', query, signal),
}

export const invitations = {
  list: async (query: Query, signal?: AbortSignal) => await get<Page<Invitation>>('/invitations', query, signal),
  create: async (invitation: NewInvitation) => await send<Invitation>('POST', '/invitations', invitation),
  resend: async (id: string) => await send<Invitation>('POST', at`/invitations/${id}/resend`),
  revoke: async (id: string) => await send<void>('DELETE', at`/invitations/${id}`),
}

/** How one person signs in. */
export const personal = {
  factors: async (id: string) => await get<Factors>(at`/people/${id}/factors`),
  resetFactors: async (id: string, proof: FactorProof) =>
    await send<Answer<'POST /api/v1/people/{id}/factors/reset'>>('POST', at`/people/${id}/factors/reset`, proof),
  identities: async (id: string) => await get<Items<Identity>>(at`/people/${id}/identities`),
  unlink: async (id: string, identity: string) => await send<void>('DELETE', at`/people/${id}/identities/${identity}`),
  clients: async (id: string) => await get<Items<ConnectedClient>>(at`/people/${id}/clients`),
  withdraw: async (id: string, client: string) => await send<void>('DELETE', at`/people/${id}/clients/${client}`),
  required: async (id: string) => await get<Answer<'GET /api/v1/people/{id}/require'>>(at`/people/${id}/require`),
  require: async (id: string, body: Body<'POST /api/v1/people/{id}/require'>) =>
    await send<Answer<'POST /api/v1/people/{id}/require'>>('POST', at`/people/${id}/require`, body),
  lift: async (id: string) => await send<void>('DELETE', at`/people/${id}/require`),
  requireOfSession: async (id: string, body: Body<'POST /api/v1/sessions/{id}/require'>) =>
    await send<Answer<'POST /api/v1/sessions/{id}/require'>>('POST', at`/sessions/${id}/require`, body),
  changeEmail: async (id: string, email: string) => await send<void>('POST', at`/people/${id}/email`, { email }),
  verifyEmail: async (id: string) => await send<void>('POST', at`/people/${id}/email-verification`),
}

/** The look of the pages at which people sign in: of all of them, or for one application. */
export const branding = {
  read: async (app: string | null) => await get<Brand>(brandOf(app)),
  save: async (app: string | null, body: { name: string | null; accent: string | null }) =>
    await send<Brand>('PUT', brandOf(app), body),
  clear: async (app: string | null) => await send<Brand>('DELETE', brandOf(app)),
  saveLogo: async (app: string | null, image: Blob) => await upload<Brand>('PUT', `${brandOf(app)}/logo`, image),
  removeLogo: async (app: string | null) => await send<Brand>('DELETE', `${brandOf(app)}/logo`),
}

function brandOf(app: string | null): string {
  return app === null ? '/branding' : at`/applications/${app}/branding`
}
