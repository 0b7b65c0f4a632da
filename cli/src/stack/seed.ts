import { segment, type Api } from '../api/client.ts'
import { unless } from '../api/ensure.ts'
import { ensureCredentials } from '../api/service-credentials.ts'
import type { Application, Person } from '../api/types.ts'
import { cast, email, type DemoPerson, type DemoSecrets } from './people.ts'
import { readShop } from './shop.ts'

export interface Places {
  /** The host under which the gateway serves the shop, with its port. */
  readonly host: string
  readonly upstream: string
}

/** Makes the people of the demonstration, and finds those who are there already: whatever was changed of them stays. */
export async function seedPeople(api: Api, secrets: DemoSecrets): Promise<readonly DemoPerson[]> {
  const there = await api.all<Person>('/people')
  const people: DemoPerson[] = []
  for (const { name, role, groups, shown } of cast) {
    const address = email(name)
    const password = secrets.passwords[name] ?? ''
    const person = { email: address, name: `${name.charAt(0).toUpperCase()}${name.slice(1)}`, password, groups }
    const { id } = there.find((each) => each.email === address) ?? (await api.post<Person>('/people', person))
    people.push({ name, role, groups, shown, id, email: address, password })
  }
  return people
}

/**
 * Makes the application with its schema and policies. One that is there keeps them, and only where it runs is brought up
 * to date; save that one without a single policy gets ours: an earlier start was cut off.
 */
export async function seedShop(api: Api, { host, upstream }: Places): Promise<void> {
  const { id, name, publicPaths, schema, policies } = readShop()
  const path = `/applications/${segment(id)}`
  const there = await unless(404, api.get<Application>(path))
  if (there === undefined) {
    await api.post('/applications', { id, name, publicPaths, schema, hosts: [host], upstream })
  } else if (there.upstream !== upstream || !there.hosts.includes(host)) {
    await api.patch(path, { hosts: [host], upstream })
  }
  if (there !== undefined && there.policies > 0) return
  if (there !== undefined) await api.put(`${path}/schema`, { text: schema })
  for (const [policy, text] of Object.entries(policies)) {
    await api.put(`${path}/policies/${segment(policy)}`, { text, expectedVersion: 0 })
  }
}

export async function seedServices(
  api: Api,
  files: { readonly gateway: string; readonly shop: string },
): Promise<void> {
  await ensureCredentials(api, { name: 'gateway', application: null, groups: ['gateways'] }, files.gateway)
  await ensureCredentials(api, { name: 'shop', application: readShop().id, groups: [] }, files.shop)
}
