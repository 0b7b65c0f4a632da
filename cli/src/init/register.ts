import { existsSync, readFileSync } from 'node:fs'
import { Api, segment } from '../api/client.ts'
import { findService } from '../api/find.ts'
import { ApiProblem } from '../api/problem.ts'
import type { Application, NewKey, NewService } from '../api/types.ts'
import { writeCredentials, type EdgeCredentials } from '../commands/credentials-file.ts'
import { starterGroup, starterPolicies, starterSchema } from './starter.ts'

/**
 * Makes the application with its starter schema and policies. One that is there already is left as its team has it.
 * @returns whether it was made
 */
export async function ensureApplication(api: Api, id: string, name: string): Promise<boolean> {
  if ((await orUndefined(api.get<Application>(`/applications/${segment(id)}`), 404)) !== undefined) return false
  await orUndefined(api.post('/groups', starterGroup), 409)
  await api.post('/applications', { id, name, schema: starterSchema })
  for (const [policy, text] of Object.entries(starterPolicies)) {
    await api.put(`/applications/${segment(id)}/policies/${segment(policy)}`, { text, expectedVersion: 0 })
  }
  return true
}

/**
 * Gives the project a service key of its own, unless it holds one that is still good.
 * @returns whether a key was made
 */
export async function ensureCredentials(api: Api, application: string, path: string): Promise<boolean> {
  const { url } = api.connection
  const held = readCredentials(path)
  if (held?.application === application && held.url === url && (await isGood(held))) return false
  const made = await orUndefined(api.post<NewService>('/services', { name: application, application }), 409)
  writeCredentials(path, { url, application, ...token(made ?? (await newKey(api, application))) })
  return true
}

async function newKey(api: Api, name: string): Promise<NewKey> {
  const { id } = await findService(api, name)
  return api.post<NewKey>(`/services/${segment(id)}/keys`)
}

function token({ key, trust }: NewKey): Pick<EdgeCredentials, 'token' | 'trust'> {
  return { token: key, trust }
}

async function isGood({ url, token: key }: EdgeCredentials): Promise<boolean> {
  return (await orUndefined(new Api({ url, token: key }).get('/me'), 401)) !== undefined
}

function readCredentials(path: string): EdgeCredentials | undefined {
  if (!existsSync(path)) return undefined
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as EdgeCredentials
  } catch {
    return undefined // not ours, or cut off: written anew
  }
}

/** @returns undefined where the answer is a problem with this status */
async function orUndefined<Answer>(answer: Promise<Answer>, status: number): Promise<Answer | undefined> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof ApiProblem && error.problem.status === status) return undefined
    throw error
  }
}
