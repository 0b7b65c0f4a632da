import { z } from 'zod'
import type { FoundClient } from '../clients/index.ts'
import { isLoopback } from '../clients/metadata/uris.ts'
import type { FlushDeps } from '../provider/flush.ts'
import { type Hint, readIdToken } from './hint.ts'

/** RP-Initiated Logout 1.0, section 2. Members that it does not name are passed over. */
export const LogoutRequest = z.object({
  id_token_hint: z.string().max(8192).optional(),
  client_id: z.string().max(128).optional(),
  post_logout_redirect_uri: z.string().max(2000).optional(),
  state: z.string().max(4000).optional(),
})
export type LogoutRequest = z.output<typeof LogoutRequest>

export interface Understood {
  readonly hint: Hint | undefined
  readonly client: FoundClient | undefined
  /** where the browser goes afterwards, with the state of the client; undefined: nowhere */
  readonly back: string | undefined
}

/** @returns what is asked for; or what is wrong with it, and then nobody is sent anywhere */
export async function understand(
  { clients, signingKeys, publicUrl }: Pick<FlushDeps, 'clients' | 'signingKeys' | 'publicUrl'>,
  asked: LogoutRequest,
): Promise<Understood | { readonly problem: string }> {
  const { id_token_hint: token, client_id: named, post_logout_redirect_uri: uri, state } = asked
  const hint = token === undefined || token === '' ? undefined : readIdToken(signingKeys, publicUrl, token)
  if (token !== undefined && token !== '' && hint === undefined)
    return { problem: 'id_token_hint is no ID token of this issuer' }
  if (hint !== undefined && named !== undefined && named !== '' && named !== hint.client) {
    return { problem: 'client_id is not the client of id_token_hint' }
  }
  const id = hint?.client ?? named
  const client = id === undefined || id === '' ? undefined : await clients.find(id)
  if (id !== undefined && id !== '' && client === undefined) return { problem: 'the client is not known' }
  if (uri === undefined || uri === '') return { hint, client, back: undefined }
  // Of whom the address is has to be known: an address that somebody registered is not enough to send anybody there.
  if (client === undefined) return { hint, client, back: undefined }
  if (!isRegistered(client, uri)) return { problem: 'post_logout_redirect_uri is not registered for the client' }
  const back = new URL(uri)
  if (state !== undefined) back.searchParams.set('state', state)
  return { hint, client, back: back.href }
}

/** Compared exactly; of native applications the port of a loopback address is free (RFC 8252, section 7.3). */
function isRegistered({ full }: FoundClient, uri: string): boolean {
  const registered = full.post_logout_redirect_uris ?? []
  if (registered.includes(uri)) return true
  if (full.application_type !== 'native') return false
  const bare = withoutPort(uri)
  return bare !== undefined && registered.some((one) => withoutPort(one) === bare)
}

function withoutPort(uri: string): string | undefined {
  const url = URL.parse(uri)
  if (url?.protocol !== 'http:' || !isLoopback(url.hostname)) return undefined
  url.port = ''
  return url.href
}
