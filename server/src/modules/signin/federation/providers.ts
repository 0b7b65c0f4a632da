import type { Reading } from '../../directory/index.ts'
import type { FederationTools } from './deps.ts'
import { createGithubProvider } from './provider/github.ts'
import { createOidcProvider } from './provider/oidc.ts'
import type { Provider } from './provider/provider.ts'
import type { Connection } from './settings.ts'
import { readSecret } from './store/connections.ts'

/** Scopes that tell who somebody is. */
const usualScopes = ['email', 'profile']

/** Where a connection leads, with its secret opened. It may be used after the transaction. */
export async function providerOf(
  tx: Reading,
  deps: Pick<FederationTools, 'federationColumns' | 'clock' | 'outbound' | 'known'>,
  { id, preset, issuer, clientId, settings }: Connection,
): Promise<Provider> {
  const sealed = await readSecret(tx, id)
  const clientSecret = sealed === null ? null : await deps.federationColumns.secret.open(tx, id, sealed)
  return preset === 'github'
    ? createGithubProvider({ issuer, clientId, clientSecret, scopes: settings.scopes ?? [] }, deps)
    : createOidcProvider({ issuer, clientId, clientSecret, scopes: settings.scopes ?? usualScopes }, deps)
}
