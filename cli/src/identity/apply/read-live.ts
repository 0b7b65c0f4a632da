import { type Api, segment } from '../../api/client.ts'
import { clientMembers, connectionMembers } from './file-schema.ts'
import { type Json, type KindName, textOf, type Thing, upstreamOf } from './thing.ts'

type Answer = Readonly<Record<string, Json>>

/** What is there, as far as it is asked about. */
export interface Live {
  readonly things: readonly Thing[]
  /** ids of what is not removed by any file: what Holdfast needs, and clients that have registered themselves */
  readonly spared: readonly Pick<Thing, 'kind' | 'key'>[]
  /** application by client */
  readonly clients: ReadonlyMap<string, string>
}

const ofApplications = ['schema', 'resources', 'session limits', 'client', 'branding'] as const

/**
 * Reads the kinds that are asked about and no others: whoever may change groups need not be allowed to see connections.
 * @param applications whose parts are asked about; all where it is undefined
 */
export async function readLive(
  api: Api,
  kinds: ReadonlySet<KindName>,
  applications: ReadonlySet<string> | undefined,
): Promise<Live> {
  const things: Thing[] = []
  const spared: Pick<Thing, 'kind' | 'key'>[] = []
  const clients = new Map<string, string>()
  if (kinds.has('group')) {
    for (const { id, name, parents, builtin } of await list(api, '/groups')) {
      things.push({ kind: 'group', key: textOf(id), fields: { name: name ?? null, parents: parents ?? [] } })
      if (builtin === true) spared.push({ kind: 'group', key: textOf(id) })
    }
  }
  if (kinds.has('application') || ofApplications.some((kind) => kinds.has(kind))) {
    for (const answer of await list(api, '/applications')) {
      const { id, name, hosts, upstreams, publicPaths, limits, builtin } = answer
      const key = textOf(id)
      if (builtin === true) {
        spared.push({ kind: 'application', key })
        continue
      }
      const fields = { name, hosts, upstream: upstreamOf(upstreams ?? null), publicPaths, limits } as Thing['fields']
      things.push({ kind: 'application', key, fields })
      if (applications !== undefined && !applications.has(key)) continue
      for (const client of await partsOf(api, key, kinds, things)) {
        clients.set(client.id, key)
        if (client.dynamic) spared.push({ kind: 'client', key: `${key}/${client.id}` })
      }
    }
  }
  if (kinds.has('connection')) {
    for (const answer of (await api.get<{ items: Answer[] }>('/connections')).items) things.push(connectionOf(answer))
  }
  if (kinds.has('branding')) things.push(await brandingOf(api, ''))
  if (kinds.has('sign-in policy')) {
    const { own } = await api.get<{ own: Answer }>('/sign-in-policy')
    things.push({ kind: 'sign-in policy', key: '', fields: own })
  }
  return { things, spared, clients }
}

async function partsOf(
  api: Api,
  key: string,
  kinds: ReadonlySet<KindName>,
  things: Thing[],
): Promise<{ readonly id: string; readonly dynamic: boolean }[]> {
  const at = `/applications/${segment(key)}`
  if (kinds.has('schema')) {
    const { text } = await api.get<{ text: string }>(`${at}/schema`)
    things.push({ kind: 'schema', key, fields: { text: text === '' ? null : text } })
  }
  if (kinds.has('resources')) {
    const { items } = await api.get<{ items: Json }>(`${at}/resources`)
    things.push({ kind: 'resources', key, fields: { items } })
  }
  if (kinds.has('session limits')) {
    const { own } = await api.get<{
      own: { readonly preset: string; readonly idleSeconds: number; readonly absoluteSeconds: number } | null
    }>(`${at}/session-limits`)
    const fields =
      own === null
        ? { preset: null }
        : { preset: own.preset, idleMinutes: own.idleSeconds / 60, absoluteHours: own.absoluteSeconds / 3600 }
    things.push({ kind: 'session limits', key, fields })
  }
  if (kinds.has('branding')) things.push(await brandingOf(api, key))
  if (!kinds.has('client')) return []
  const found = await list(api, `${at}/clients`)
  return found.map((client) => {
    const id = textOf(client['client_id'])
    const fields = Object.fromEntries(
      clientMembers.filter((name) => client[name] !== undefined).map((name) => [name, client[name] ?? null]),
    )
    things.push({ kind: 'client', key: `${key}/${id}`, fields })
    return { id, dynamic: client['origin'] === 'dynamic' }
  })
}

function connectionOf(answer: Answer): Thing {
  const fields = Object.fromEntries(
    connectionMembers.filter((name) => answer[name] !== undefined).map((name) => [name, answer[name] ?? null]),
  )
  const issuer = textOf(answer['issuer']).replace(/\/$/, '')
  return { kind: 'connection', key: textOf(answer['id']), fields: { ...fields, issuer } }
}

async function brandingOf(api: Api, key: string): Promise<Thing> {
  const place = key === '' ? '' : `/applications/${segment(key)}`
  const { name, accent } = await api.get<{ name: string | null; accent: string | null }>(`${place}/branding`)
  return { kind: 'branding', key, fields: { name, accent } }
}

function list(api: Api, path: string): Promise<readonly Answer[]> {
  return api.all<Answer>(path)
}
