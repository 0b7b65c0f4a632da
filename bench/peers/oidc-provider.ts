import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'
import { announce } from '../lib/peer.ts'
import type { TokenSide } from '../lib/tokens.ts'

// The library alone, with its memory adapter: nothing is written down, nothing recorded. It signs ES256 as it does by itself.
const families = Number(process.argv[2] ?? 0)
const secret = randomBytes(32).toString('base64url')
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const resource = 'urn:holdfast:application:bench'
const server = createServer((request, response) => void handle(request, response))
await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const provider = new Provider(url, {
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig' }] },
  clients: [
    {
      client_id: 'bench',
      client_secret: secret,
      redirect_uris: ['https://app.example/callback'],
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      id_token_signed_response_alg: 'ES256',
    },
  ],
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  ttl: { AccessToken: 300, ClientCredentials: 300, IdToken: 600, RefreshToken: 14 * 86_400, Grant: 14 * 86_400 },
  rotateRefreshToken: true,
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => resource,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({ scope: '', accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } } }),
    },
  },
})
const handle = provider.callback()

async function refreshToken(): Promise<string> {
  const grant = new provider.Grant({ accountId: 'somebody', clientId: 'bench' })
  grant.addOIDCScope('openid offline_access')
  const grantId = await grant.save()
  const client = await provider.Client.find('bench')
  if (client === undefined) throw new Error('There is no client.')
  const scope = 'openid offline_access'
  const common = { accountId: 'somebody', grantId, scope, gty: 'authorization_code', resource }
  return new provider.RefreshToken({ ...common, client }).save()
}

const side: TokenSide = {
  url,
  path: '/token',
  client: 'bench',
  secret,
  refresh: await Promise.all(Array.from({ length: families }, refreshToken)),
}
announce(JSON.stringify(side))
