import { segment, type Api } from '../api/client.ts'
import { unless } from '../api/ensure.ts'
import type { Application } from '../api/types.ts'
import { starterGroup, starterPolicies, starterSchema } from './starter.ts'

/**
 * Makes the application with its starter schema and policies. One that is there already is left as its team has it, save
 * that one without a single policy gets ours: an earlier run was cut off.
 * @returns whether it was made
 */
export async function ensureApplication(api: Api, id: string, name: string): Promise<boolean> {
  const path = `/applications/${segment(id)}`
  const there = await unless(404, api.get<Application>(path))
  if (there !== undefined && there.policies > 0) return false
  await unless(409, api.post('/groups', starterGroup))
  if (there === undefined) await api.post('/applications', { id, name, schema: starterSchema })
  for (const [policy, text] of Object.entries(starterPolicies)) {
    await api.put(`${path}/policies/${segment(policy)}`, { text, expectedVersion: 0 })
  }
  return there === undefined
}
