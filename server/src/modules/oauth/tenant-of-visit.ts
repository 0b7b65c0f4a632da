import type { Database } from '../../platform/database/database.ts'
import type { Visit } from '../../platform/ports.ts'
import type { ClientStore } from './clients/index.ts'
import { tenantOfArtifact } from './store/artifacts.ts'

const waiting = /^\/oauth\/(?:authorize|consent)\/([A-Za-z0-9_-]{1,64})$/
const byClient = new Set(['/oauth/authorize', '/oauth/end-session', '/oauth/end-session/confirm'])

/** The tenant of the client that sent a browser here, or for whose request it is to sign in. */
export async function tenantOfVisit(
  { database, clients }: { readonly database: Database; readonly clients: ClientStore },
  { path, fields }: Pick<Visit, 'path' | 'fields'>,
): Promise<string | undefined> {
  const back = fields['return']
  const id = waiting.exec(path)?.[1] ?? (typeof back === 'string' ? waiting.exec(back)?.[1] : undefined)
  if (id !== undefined) return database.asSystem((tx) => tenantOfArtifact(tx, 'Interaction', id))
  const client = byClient.has(path) ? fields['client_id'] : undefined
  return typeof client === 'string' ? (await clients.find(client))?.tenant : undefined
}
