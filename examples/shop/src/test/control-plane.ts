import { generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readPolicies } from './policies.ts'

const TENANT = '0b9d5a8e-0000-4000-8000-000000000001'
const GATEWAY = '0b9d5a8e-0000-4000-8000-000000000002'

export interface TestPerson {
  id: string
  groups: readonly string[]
  roles?: readonly string[]
  /** A service's programs buy nothing; default a person. */
  type?: 'Person' | 'Service'
}

/** The control plane and the gateway as the shop sees them: signed bundles over HTTP, and identity tokens. */
export interface TestControlPlane {
  /** For HOLDFAST_CREDENTIALS. */
  credentialsFile: string
  /** Events that the shop's SDK has shipped. */
  events: { kind: string; outcome: string; reason?: string | null; actor?: { id: string } | null }[]
  /** The identity token that a gateway would send along; null is nobody. */
  identity(person: string | null, type?: 'Person' | 'Service'): string
  stop(): Promise<void>
}

export async function startControlPlane(people: readonly TestPerson[]): Promise<TestControlPlane> {
  const control = signer('control')
  const gateway = signer('gateway')
  const events: TestControlPlane['events'] = []
  const { schema, policies } = readPolicies()
  let issuer = ''
  const bundle = (): string => {
    const gatewayKeys = [{ ...gateway.jwk, service: GATEWAY }]
    const claims = { iss: issuer, aud: 'shop', tenant: TENANT, epoch: 1, iat: now() }
    const rules = { schema, policies, validated: true, entities: entities(people), timed: [], candidate: null }
    const tokens = { issuer, keys: [] }
    const more = { bundledTypes: [], decisionLog: { allowRate: 0 }, gatewayKeys, tokens, resources: [] }
    return jws('holdfast-bundle+jwt', { ...claims, ...rules, ...more }, control)
  }
  const lease = (): string =>
    jws('holdfast-lease+jwt', { iss: issuer, aud: 'shop', epoch: 1, through: 1, iat: now(), exp: now() + 15 }, control)
  const sync = (asked: { epoch: number }): object => ({
    bundle: asked.epoch < 1 ? bundle() : null,
    lease: lease(),
    epoch: 1,
    cursor: 0,
    revoked: [],
  })
  const server = createServer((request, response) => {
    void readJson(request).then(async (body) => {
      response.setHeader('content-type', 'application/json')
      if (request.url === '/api/v1/edge/events') {
        events.push(...body.events)
        response.end(JSON.stringify({ accepted: body.events.length }))
      } else if (request.url === '/api/v1/edge/sync') {
        if (body.epoch === 1) await new Promise((resolve) => setTimeout(resolve, 500))
        response.end(JSON.stringify(sync(body)))
      } else {
        response.statusCode = 404
        response.end('{}')
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const home = await mkdtemp(join(tmpdir(), 'shop-credentials-'))
  const credentialsFile = join(home, 'credentials.json')
  const credentials = {
    url: issuer,
    application: 'shop',
    token: `hfk_${'a'.repeat(43)}`,
    trust: { keys: [control.jwk] },
  }
  await writeFile(credentialsFile, JSON.stringify(credentials), { mode: 0o600 })
  return {
    credentialsFile,
    events,
    identity: (person, type = 'Person') => {
      const claims = {
        iss: `gateway:${GATEWAY}`,
        aud: 'shop',
        sub: person === null ? 'anonymous' : `${type}::${person}`,
        iat: now(),
        exp: now() + 60,
        jti: randomUUID(),
        tenant: TENANT,
        principal: person === null ? null : { type, id: person },
        // One sign-in each: pages and forms of a person belong together.
        sid: person,
        authTime: person === null ? null : now(),
        acr: person === null ? null : 'aal1',
        amr: person === null ? [] : ['pwd'],
        scopes: null,
        client: null,
      }
      return jws('holdfast-identity+jwt', claims, gateway)
    },
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await rm(home, { recursive: true, force: true })
    },
  }
}

interface Signer {
  jwk: { kty: 'OKP'; crv: 'Ed25519'; x: string; kid: string }
  key: KeyObject
}

function signer(kid: string): Signer {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return { jwk: { kty: 'OKP', crv: 'Ed25519', x: publicKey.export({ format: 'jwk' }).x ?? '', kid }, key: privateKey }
}

/** A compact JWS (RFC 7515, section 3.1) with EdDSA (RFC 8037). */
function jws(typ: string, claims: object, { jwk, key }: Signer): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const input = `${encode({ alg: 'EdDSA', typ, kid: jwk.kid })}.${encode(claims)}`
  return `${input}.${sign(null, Buffer.from(input), key).toString('base64url')}`
}

function entities(people: readonly TestPerson[]) {
  const groups = [...new Set(people.flatMap((person) => person.groups))]
  return [
    ...groups.map((id) => ({ uid: { type: 'Group', id }, attrs: {}, parents: [] })),
    ...people.map(({ id, groups: parents, roles = [], type = 'Person' }) => ({
      uid: { type, id },
      attrs: {},
      parents: [
        ...parents.map((group) => ({ type: 'Group', id: group })),
        ...roles.map((role) => ({ type: 'Role', id: role })),
      ],
    })),
  ]
}

async function readJson(request: IncomingMessage): Promise<{ epoch: number; events: TestControlPlane['events'] }> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return JSON.parse(Buffer.concat(chunks).toString('utf8'))
}

function now(): number {
  return Math.floor(Date.now() / 1000)
}
