import type { Transaction } from '../../../platform/database/database.ts'
import { defaultIdentifier, putResource, resourcesOf } from './store.ts'

/** Gives the application's default identifier those scopes that none of its identifiers has. */
export async function declareScopes(
  tx: Pick<Transaction, 'kysely'>,
  application: string,
  names: readonly string[],
): Promise<void> {
  if (names.length === 0) return
  const resources = await resourcesOf(tx, application)
  const there = new Set(resources.flatMap(({ scopes }) => scopes.map(({ name }) => name)))
  const missing = names.filter((name) => !there.has(name))
  const identifier = await defaultIdentifier(tx, application)
  const own = resources.find((resource) => resource.identifier === identifier)
  if (missing.length === 0 || own === undefined) return
  const scopes = [...own.scopes, ...missing.map((name) => ({ name, description: name }))]
  await putResource(tx, { identifier, application, scopes })
}
