import { existsSync, readFileSync } from 'node:fs'
import { writeCredentials, type EdgeCredentials } from './credentials-file.ts'
import { Api, segment } from './client.ts'
import { unless } from './ensure.ts'
import { findService } from './find.ts'
import type { NewKey, NewService } from './types.ts'

export interface WantedService {
  readonly name: string
  /** null for a gateway. */
  readonly application: string | null
  readonly groups: readonly string[]
}

/**
 * Sees to it that the file holds a good key of this service: leaves one that is, makes the service or a new key otherwise.
 * @returns whether a key was made
 */
export async function ensureCredentials(api: Api, wanted: WantedService, path: string): Promise<boolean> {
  const { url } = api.connection
  const { name, application, groups } = wanted
  const held = readCredentials(path)
  if (held?.application === application && held.url === url && (await isGood(held))) return false
  const body = { name, ...(application !== null && { application }), ...(groups.length > 0 && { groups }) }
  const made: NewKey = (await unless(409, api.post<NewService>('/services', body))) ?? (await newKey(api, name))
  writeCredentials(path, { url, application, token: made.key, trust: made.trust })
  return true
}

async function newKey(api: Api, name: string): Promise<NewKey> {
  const { id } = await findService(api, name)
  return api.post<NewKey>(`/services/${segment(id)}/keys`)
}

async function isGood({ url, token }: EdgeCredentials): Promise<boolean> {
  return (await unless(401, new Api({ url, token }).get('/me'))) !== undefined
}

function readCredentials(path: string): EdgeCredentials | undefined {
  if (!existsSync(path)) return undefined
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as EdgeCredentials
  } catch {
    return undefined // not ours, or cut off: written anew
  }
}
