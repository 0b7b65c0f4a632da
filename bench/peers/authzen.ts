import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startServer } from '../../server/src/serve.ts'
import { freePort } from '../../server/src/testing/free-port.ts'
import type { AuthzenSide } from '../rows/authzen.ts'
import { announce } from '../lib/peer.ts'
import { cases, entitiesOf, type Person, policies, rolesOf } from '../lib/policy-cases.ts'

/*
 * The real control plane on its own embedded database as an AuthZEN decision point over the cases. People are in its directory, their roles are
 * grants; what a question is about it is told by the asker.
 */

/** Each may ask 6,000 times a minute. */
const askers = 24
const data = mkdtempSync(join(tmpdir(), 'holdfast-bench-'))
const port = await freePort()
const url = `http://localhost:${port}`
const server = await startServer({
  env: {},
  logFile: join(data, 'server.log'),
  flags: { data, publicUrl: url, 'http.listen': `127.0.0.1:${port}` },
})
process.on('SIGTERM', () => {
  void server.stop().then(() => {
    rmSync(data, { recursive: true, force: true })
    process.exit(0)
  })
})
const { token } = JSON.parse(readFileSync(join(server.dataDir, 'bootstrap.json'), 'utf8')) as { token: string }
const app = '/api/v1/applications/docs'

await call('POST', '/api/v1/applications', { id: 'docs', name: 'Documents', schema: null })
for (const [id, text] of Object.entries(policies)) await call('PUT', `${app}/policies/${id}`, { text })

const people = new Map<string, Person>(cases.map(({ person }) => [person.id, person]))
const ids = new Map<string, string>()
for (const { id } of people.values()) {
  const made = await call('POST', '/api/v1/people', { email: `${id}@example.com`, name: id })
  ids.set(id, made['id'] as string)
}
const uidOf = (id: string) => ({ type: 'Person', id: ids.get(id) ?? '' })
await call('PUT', `${app}/entities`, {
  entities: [...people.values()].map(({ id, suspended }) => ({ uid: uidOf(id), attrs: { suspended } })),
})
const parents = new Map<string, string[]>()
for (const person of people.values()) {
  const roles = rolesOf(person)
  roles.forEach((role, at) => parents.set(role, roles.slice(at + 1, at + 2)))
}
await call('PUT', `${app}/roles`, {
  roles: [...parents].map(([id, above]) => ({ id, parents: above })),
  grants: [...people.values()].map(({ id, role }) => ({ role, principal: uidOf(id) })),
})
const keys: string[] = []
for (let asker = 0; asker < askers; asker++) {
  const made = await call('POST', '/api/v1/services', { name: `bench-${asker}`, application: 'docs' })
  keys.push(made['key'] as string)
}
const bodies = cases.map((one) => {
  const text = JSON.stringify({
    subject: { type: 'Person', id: one.person.id },
    action: { name: one.action },
    resource: { type: one.thing.type, id: one.thing.id, properties: entitiesOf(one)[4]?.attrs },
    context: { mfa: one.mfa },
  })
  return text.replaceAll(/"person-\d+"/g, (name) => JSON.stringify(ids.get(name.slice(1, -1))))
})
announce(JSON.stringify({ url, keys, bodies } satisfies AuthzenSide))

async function call(method: string, path: string, body: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const answer = (await response.json()) as Record<string, unknown>
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`)
  return answer
}
