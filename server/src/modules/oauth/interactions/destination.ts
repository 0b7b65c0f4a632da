import type { Read } from '../../../platform/work.ts'
import type { FlushDeps } from '../provider/flush.ts'
import { findArtifact } from '../store/artifacts.ts'
import type { Destination } from '../types.ts'
import { authorizePath } from './url.ts'

const waiting = new RegExp(`^${authorizePath}/([A-Za-z0-9_-]{1,64})$`)

/** Where a request that waits for a sign-in goes on to: its client, and the origin that it will be sent back to. */
export function createDestinationOf(deps: Pick<FlushDeps, 'clients' | 'columns'>) {
  return async (read: Read, returnTo: string): Promise<Destination | undefined> => {
    const id = waiting.exec(returnTo)?.[1]
    if (id === undefined) return undefined
    const found = await read((tx) => findArtifact(tx, deps.columns, { kind: 'Interaction', id }))
    const { client_id: clientId, redirect_uri: uri } = (found?.payload.params ?? {}) as Readonly<Record<string, string>>
    const client = clientId === undefined ? undefined : await deps.clients.find(clientId)
    if (client === undefined) return undefined
    return { name: client.name, origins: originsOf(uri), application: client.application }
  }
}

/** As a source of CSP: an origin, or the scheme of an application on the person's own machine (RFC 8252, section 7.1). */
export function originsOf(uri: string | undefined): readonly string[] {
  const parsed = uri === undefined ? null : URL.parse(uri)
  if (parsed === null) return []
  return [parsed.origin === 'null' ? parsed.protocol : parsed.origin]
}
