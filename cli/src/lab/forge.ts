import { generateKeyPairSync, randomUUID, sign } from 'node:crypto'

/** What a forger knows: whom to pretend to be, for which application, of which tenant. */
export interface Pretence {
  readonly person: string
  readonly application: string
}

/** Identity tokens that no gateway has signed. Each must be worth nothing. */
export function forgedIdentities(pretence: Pretence): Readonly<Record<string, string>> {
  const { privateKey } = generateKeyPairSync('ed25519')
  const head = (alg: string): string => encode({ alg, typ: 'holdfast-identity+jwt', kid: 'lab' })
  const claims = encode(identityClaims(pretence))
  const own = `${head('EdDSA')}.${claims}`
  return {
    'signed by a key of the attacker': `${own}.${sign(null, Buffer.from(own), privateKey).toString('base64url')}`,
    'alg none': `${head('none')}.${claims}.`,
  }
}

function identityClaims({ person, application }: Pretence): object {
  const now = Math.floor(Date.now() / 1000)
  return {
    iss: `gateway:${randomUUID()}`,
    aud: application,
    sub: `Person::${person}`,
    iat: now,
    exp: now + 60,
    jti: randomUUID(),
    tenant: randomUUID(),
    principal: { type: 'Person', id: person },
    sid: randomUUID(),
    authTime: now,
    acr: 'phr',
    amr: ['hwk'],
    scopes: null,
    client: null,
  }
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
