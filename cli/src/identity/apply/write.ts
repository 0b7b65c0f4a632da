import { setTimeout as sleep } from 'node:timers/promises'
import { type Api, segment } from '../../api/client.ts'
import { ApiProblem } from '../../api/problem.ts'
import { removable } from './file-schema.ts'
import type { Change } from './plan.ts'
import { type Json, textOf, type Thing } from './thing.ts'
import { microsoftTenant } from './wanted.ts'

type Fields = Thing['fields']
type Update = Extract<Change, { act: 'update' }>

/** Secrets that a provider gave, where this change sends one: null takes it away, undefined leaves it. */
export type Secret = string | null | undefined

interface Answer {
  readonly client_secret?: string
}

/** How often a request is asked again that came too soon, each time after two seconds. */
const patience = 45

/**
 * Makes one change: one request, or two where something is made that is off.
 * @returns the secret that the control plane made for a client
 */
export async function write(api: Api, change: Change, secret: Secret): Promise<string | undefined> {
  const made = change.act === 'delete' ? remove(change.thing) : put(change, secret)
  let answer: Answer | undefined
  for (const send of made) answer = (await patiently(() => send(api))) ?? answer
  return answer?.client_secret
}

type Send = (api: Api) => Promise<Answer | undefined>

function remove({ kind, key }: Thing): readonly Send[] {
  const lists: Partial<Record<Thing['kind'], string>> = {
    group: '/groups',
    application: '/applications',
    connection: '/connections',
  }
  if (kind === 'client') return [(api) => api.delete(clientAt(key))]
  const list = lists[kind]
  if (list === undefined) throw new Error(`${kind} is never removed by itself`)
  return [(api) => api.delete(`${list}/${segment(key)}`)]
}

function put(change: Exclude<Change, { act: 'delete' }>, secret: Secret): readonly Send[] {
  const { kind, key, fields } = change.thing
  const place = `/applications/${segment(key === '' ? '-' : key)}`
  // What is always there, of all or of an application, is written as a whole.
  const whole: Fields = change.act === 'create' ? fields : { ...change.before.fields, ...fields }
  switch (kind) {
    case 'schema':
      return [(api) => api.put(`${place}/schema`, { text: whole['text'] ?? null })]
    case 'resources':
      return [(api) => api.put(`${place}/resources`, { items: whole['items'] })]
    case 'session limits':
      return [(api) => putLimits(api, `${place}/session-limits`, change)]
    case 'branding':
      return [(api) => api.put(key === '' ? '/branding' : `${place}/branding`, whole)]
    case 'sign-in policy':
      return [(api) => api.put('/sign-in-policy', whole)]
    default:
      return change.act === 'create' ? create(change.thing, secret) : update(change, secret)
  }
}

function create({ kind, key, fields }: Thing, secret: Secret): readonly Send[] {
  if (kind === 'group') return [(api) => api.post('/groups', { id: key, ...fields, name: fields['name'] ?? key })]
  if (kind === 'application') {
    return [(api) => api.post('/applications', { id: key, ...fields, name: fields['name'] ?? key })]
  }
  if (kind === 'connection') {
    const { hasSecret: _, issuer, groups, ...rest } = fields
    const tenant = fields['preset'] === 'microsoft' ? microsoftTenant(textOf(issuer)) : undefined
    const body = {
      id: key,
      ...rest,
      name: fields['name'] ?? key,
      ...(tenant === undefined ? { issuer } : { tenant }),
      groups: groups ?? undefined,
      clientSecret: secret ?? undefined,
    }
    return [(api) => api.post('/connections', body)]
  }
  const [application = '', client = ''] = key.split('/')
  const { disabled, ...metadata } = withoutNull(fields)
  const at = `/applications/${segment(application)}/clients`
  const made: Send = (api) => api.post<Answer>(at, { client_id: client, ...metadata })
  return disabled === true ? [made, (api) => api.patch(clientAt(key), { disabled })] : [made]
}

function update({ thing: { kind, key }, before, fields }: Update, secret: Secret): readonly Send[] {
  const to: Fields = Object.fromEntries(fields.map(({ field, to: value }) => [field, value]))
  if (kind === 'group') return [(api) => api.patch(`/groups/${segment(key)}`, to)]
  if (kind === 'application') return [(api) => api.patch(`/applications/${segment(key)}`, to)]
  if (kind === 'connection') {
    const { hasSecret: _, ...rest } = to
    const body = { ...rest, ...(secret !== undefined && { clientSecret: secret }) }
    return [(api) => api.patch(`/connections/${segment(key)}`, body)]
  }
  // A member can only be taken away by saying all the others.
  const whole = fields.some((each) => each.to === null && removable.has(each.field))
  if (!whole) return [(api) => api.patch<Answer>(clientAt(key), to)]
  return [(api) => api.put<Answer>(clientAt(key), withoutNull({ ...before.fields, ...to }))]
}

/** A preset without more means its own times, and those that were said before are gone. */
function putLimits(
  api: Api,
  place: string,
  { thing: { fields } }: Exclude<Change, { act: 'delete' }>,
): Promise<Answer | undefined> {
  return fields['preset'] === null ? api.delete(place) : api.put(place, fields)
}

function clientAt(key: string): string {
  const [application = '', client = ''] = key.split('/')
  return `/applications/${segment(application)}/clients/${segment(client)}`
}

function withoutNull(fields: Fields): Readonly<Record<string, Json>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))
}

/** Waits where it is asked too often: a long file is many requests. */
async function patiently<Result>(send: () => Promise<Result>): Promise<Result> {
  for (let left = patience; ; left--) {
    try {
      return await send()
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.problem.status !== 429 || left === 0) throw error
      await sleep(2000)
    }
  }
}
