import type { AdapterPayload } from 'oidc-provider'
import type { Read } from '../../../platform/work.ts'
import type { FoundClient } from '../clients/index.ts'
import type { FlushDeps } from '../provider/flush.ts'
import { interactionCookie } from '../provider/settings.ts'
import type { Allowed } from '../store/allowed.ts'
import { findArtifact } from '../store/artifacts.ts'
import type { BrowserSession } from '../types.ts'

/** A request that waits for its person to agree, at the browser in which it was begun. */
export interface WaitingConsent {
  readonly uid: string
  readonly payload: AdapterPayload
  readonly expiresAt: Date
  readonly client: FoundClient
  readonly session: BrowserSession
  readonly asked: Allowed
  readonly redirectUri: string
}

export async function waitingConsent(
  deps: Pick<FlushDeps, 'sessions' | 'clients' | 'columns'>,
  {
    read,
    headers,
    uid,
    now,
  }: { readonly read: Read; readonly headers: Headers; readonly uid: string; readonly now: Date },
): Promise<WaitingConsent | undefined> {
  // The cookie is set for the path of this very request: another page cannot have it (RFC 9700, section 4.7).
  if (!cookies(headers).includes(`${interactionCookie}=${uid}`)) return undefined
  const session = await deps.sessions.browserSession(headers)
  if (session === null || session.pending) return undefined
  const found = await read((tx) => findArtifact(tx, deps.columns, { kind: 'Interaction', id: uid }))
  if (found === undefined || found.expiresAt <= now || found.payload.prompt?.name !== 'consent') return undefined
  const { params = {}, prompt, result } = found.payload
  const client = await deps.clients.find(String(params['client_id']))
  if (client === undefined || client.tenant !== session.tenant || result !== undefined) return undefined
  const asked = prompt.details['asked'] as Allowed
  const redirectUri = String(params['redirect_uri'])
  return { uid, payload: found.payload, expiresAt: found.expiresAt, client, session, asked, redirectUri }
}

function cookies(headers: Headers): string[] {
  return (headers.get('cookie') ?? '').split(';').map((part) => part.trim())
}
