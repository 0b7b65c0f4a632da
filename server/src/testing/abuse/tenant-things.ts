import { Client } from 'pg'
import { v7 } from 'uuid'
import { expect } from 'vitest'
import { personIn, type TestTenant } from '../../modules/tenants/testing/tenant.ts'
import { softAuthenticator } from '../authenticator.ts'
import { addPasskey, addTotp } from '../factors.ts'
import { addPerson, visitor } from '../visitor.ts'
import type { WholeServer } from '../whole-server.ts'

/** In every name that the first tenant gives, and in no id: whoever is answered it was told something of theirs. */
export const marker = 'Quasimodo'

/** What stands in a path before an id -> the id of such a thing of the first tenant. */
export type Things = Readonly<Record<string, string>>

/** One of everything that has an id. @param tenant the first one when not said */
export async function oneOfEverything(whole: WholeServer, tenant?: TestTenant): Promise<Things> {
  const asker = tenant ?? whole
  const made = async (method: string, path: string, body?: unknown): Promise<Record<string, unknown>> => {
    const answer = await asker.call(method, path, body)
    expect([200, 201], `${method} ${path} ${JSON.stringify(answer.json)}`).toContain(answer.status)
    return answer.json
  }
  const id = async (path: string, body: unknown) => (await made('POST', path, body))['id'] as string
  const person = await (tenant === undefined ? addPerson(whole, marker) : personIn(tenant, marker))
  const browser = visitor(whole.url)
  const at = tenant === undefined ? '' : `?tenant=${tenant.slug}`
  const signedIn = await browser.post(`/sign-in${at}`, { username: person.email, password: person.password })
  expect(signedIn.status, signedIn.text).toBe(303)
  await addTotp(browser, person.id)
  await addPasskey(browser, person.id, softAuthenticator({ origin: whole.url }))
  const factors = await browser.api('GET', `/api/v1/people/${person.id}/factors`)
  const passkey = (factors.json['passkeys'] as { id: string }[])[0]?.id ?? ''
  const session = ((await browser.api('GET', '/api/v1/me')).json['session'] as { id: string }).id
  await made('POST', '/api/v1/groups', { id: 'bells', name: marker })
  const service = (await made('POST', '/api/v1/services', { name: marker })) as {
    service: { id: string; keys?: { id: string }[] }
  }
  await made('POST', '/api/v1/applications', {
    id: 'cathedral',
    client_name: marker,
    redirect_uris: ['https://cathedral.example/cb'],
    grant_types: ['authorization_code'],
    token_endpoint_auth_method: 'client_secret_post',
  })
  const app = '/api/v1/applications/cathedral'
  const policy = { text: 'permit(principal, action, resource);' }
  await made('PUT', `${app}/policies/${marker.toLowerCase()}`, policy)
  await made('POST', `${app}/roles`, { id: 'ringer', name: marker })
  const principal = { type: 'Person', id: person.id }
  const grant = (await made('POST', `${app}/grants`, { principal, role: 'ringer', reason: marker })) as { id: string }
  await made('PUT', `${app}/elevation-rules/ringer`, { eligible: [principal], approvers: null, maximumSeconds: 600 })
  const asked = await browser.api('POST', `${app}/elevations`, { role: 'ringer', reason: marker, seconds: 60 })
  await made('POST', `${app}/registration-tokens`, {})
  await made('PUT', `${app}/candidate`, { policies: [{ name: 'candidate', text: policy.text }] })
  await made('PUT', `${app}/branding`, { name: marker })
  const exception = { operation: 'POST /bells', place: 'body', name: '/text', by: 'sql', note: marker }
  await made('PUT', `${app}/protection`, { inspection: { exceptions: [exception] } })
  const exceptions = (await made('GET', `${app}/protection/exceptions`))['items'] as { id: string }[]
  await made('PUT', '/api/v1/ledger/retention/class:3002', { days: 900 })
  const connection = {
    id: 'corp',
    name: marker,
    issuer: 'https://login.corp.example',
    clientId: 'x',
    clientSecret: 'y',
  }
  await made('POST', '/api/v1/connections', connection)
  const scim = await made('POST', '/api/v1/scim/connections', { name: `${marker} Entra` })
  const { sink } = (await made('POST', '/api/v1/sinks', {
    kind: 'webhook',
    name: 'sink',
    settings: { url: 'https://sink.example' },
  })) as { sink: { id: string } }
  // What is delivered would move it.
  await made('POST', `/api/v1/sinks/${sink.id}/pause`)
  const event = (await made('GET', '/api/v1/events?limit=1'))['items'] as { id: string }[]
  const rows = await inDatabase(whole, {
    token: 'SELECT id FROM oauth_initial_access_tokens',
    secret: 'SELECT id FROM oauth_client_secrets',
    key: 'SELECT id FROM service_keys',
    brand: 'SELECT id FROM brandings',
  })
  return {
    people: person.id,
    Users: person.id,
    ':type': person.id,
    subjects: 'Person',
    groups: 'bells',
    Groups: 'bells',
    services: service.service.id,
    keys: rows['key'] ?? '',
    applications: 'cathedral',
    clients: 'cathedral',
    register: 'cathedral',
    secrets: rows['secret'] ?? '',
    policies: marker.toLowerCase(),
    roles: 'ringer',
    grants: grant.id,
    'elevation-rules': 'ringer',
    elevations: asked.json['id'] as string,
    'registration-tokens': rows['token'] ?? '',
    searches: await id('/api/v1/ledger/searches', { name: marker, filter: {} }),
    holds: await id('/api/v1/ledger/holds', { subject: principal, reason: marker }),
    sinks: sink.id,
    invitations: await id('/api/v1/invitations', { email: 'phoebus@people.example', groups: [] }),
    events: event[0]?.id ?? '',
    blocked: await blockedRequest(whole, made),
    exceptions: exceptions[0]?.id ?? '',
    connections: 'corp',
    with: 'corp',
    link: 'corp',
    callback: 'corp',
    'scim/connections': (scim['connection'] as { id: string }).id,
    sessions: session,
    factors: passkey,
    passkeys: passkey,
    totp: passkey,
    identities: passkey,
    linked: passkey,
    consent: 'waiting-for-them',
    retention: 'class:3002',
    templates: 'recovery',
    fsck: passkey,
    ResourceTypes: 'User',
    Schemas: 'urn:ietf:params:scim:schemas:core:2.0:User',
    brand: rows['brand'] ?? '',
    tenants: 'default',
    tenant: 'default',
  }
}

/** What a gateway has refused. @returns the event's id */
async function blockedRequest(
  whole: WholeServer,
  made: (method: string, path: string, body?: unknown) => Promise<Record<string, unknown>>,
): Promise<string> {
  const { key } = await made('POST', '/api/v1/services', { name: `${marker} gate`, groups: ['gateways'] })
  const id = v7()
  const event = {
    id,
    time: new Date().toISOString(),
    kind: 'request.blocked',
    outcome: 'refused',
    actor: null,
    resource: null,
    application: 'cathedral',
    reason: 'attack_blocked',
    source: { address: '192.0.2.9', userAgent: marker },
    requestId: v7(),
    data: { method: 'POST', path: '/bells', host: 'cathedral.example', status: 403 },
  }
  expect((await whole.call('POST', '/api/v1/edge/events', { events: [event] }, String(key))).json['accepted']).toBe(1)
  return id
}

async function inDatabase(
  { databaseUrl }: WholeServer,
  questions: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  const found: Record<string, string> = {}
  for (const [name, question] of Object.entries(questions)) {
    const { rows } = await client.query<{ id: string }>(question)
    found[name] = rows[0]?.id ?? ''
  }
  await client.end()
  return found
}
