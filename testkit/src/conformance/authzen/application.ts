import { namedInCases } from './actions.ts'
import { isObject } from './json.ts'
import type { Suite } from './suite.ts'
import { call, type Target } from './target.ts'

/** Stored entities that one request takes. */
const entitiesAtOnce = 2000

/** Makes an application of a suite, by the public API. Throws with what was refused. @returns its id */
export async function makeApplication(target: Target, suite: Suite, id: string): Promise<string> {
  const at = `/api/v1/applications/${id}`
  await done(target, 'POST', '/api/v1/applications', { id, name: suite.name.slice(-100), schema: suite.schema ?? null })
  for (const [name, text] of suite.policies) await done(target, 'PUT', `${at}/policies/${name}`, { text })
  // Actions and their groups are what the schema says, where there is one.
  const entities =
    suite.schema === undefined
      ? [...suite.entities, ...namedInCases(suite)]
      : suite.entities.filter(({ uid }) => !/(?:^|::)Action$/.test(uid.type))
  for (let start = 0; start < entities.length; start += entitiesAtOnce) {
    await done(target, 'PUT', `${at}/entities`, { entities: entities.slice(start, start + entitiesAtOnce) })
  }
  return id
}

export async function removeApplication(target: Target, id: string): Promise<void> {
  await call(target, 'DELETE', `/api/v1/applications/${id}`)
}

async function done(target: Target, method: string, path: string, body: unknown): Promise<void> {
  const { status, json } = await call(target, method, path, body)
  if (status < 300) return
  const findings = isObject(json) && Array.isArray(json['findings']) ? json['findings'].slice(0, 2) : json
  throw new Refused(`${method} ${path} answers ${status}: ${JSON.stringify(findings)?.slice(0, 500)}`)
}

/** The server does not take what a suite brings. */
export class Refused extends Error {}
