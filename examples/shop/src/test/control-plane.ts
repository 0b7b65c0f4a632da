import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
// oxlint-disable-next-line no-restricted-imports -- the other side of the wire, for tests: the shop itself sees the SDK only
import { publicJwk, signApplicationBundle, signIdentity, signLease } from '@holdfast/bundle'
// oxlint-disable-next-line no-restricted-imports -- as above
import { parsePolicy, parseSchema, validate } from '@holdfast/policy/authoring'

const FOLDER = new URL('../../holdfast/', import.meta.url)
const TENANT = '0b9d5a8e-0000-4000-8000-000000000001'
const GATEWAY = '0b9d5a8e-0000-4000-8000-000000000002'

export interface TestPerson {
  id: string
  groups: readonly string[]
}

/** The control plane and the gateway as the shop sees them: signed bundles over HTTP, and identity tokens. */
export interface TestControlPlane {
  /** For HOLDFAST_CREDENTIALS. */
  credentialsFile: string
  /** Events that the shop's SDK has shipped. */
  events: { kind: string; outcome: string; reason?: string | null; actor?: { id: string } | null }[]
  /** The identity token that a gateway would send along; null is nobody. */
  identity(person: string | null): string
  stop(): Promise<void>
}

export async function startControlPlane(people: readonly TestPerson[]): Promise<TestControlPlane> {
  const control = keyPair()
  const gateway = keyPair()
  const events: TestControlPlane['events'] = []
  const { schema, policies } = readPolicies()
  let issuer = ''
  const bundle = (): string =>
    signApplicationBundle(
      {
        iss: issuer,
        aud: 'shop',
        tenant: TENANT,
        epoch: 1,
        iat: now(),
        schema,
        policies,
        entities: entities(people),
        gatewayKeys: [{ ...gateway.jwk, service: GATEWAY }],
      },
      control.signing,
    )
  const sync = (asked: { epoch: number }): object => ({
    bundle: asked.epoch < 1 ? bundle() : null,
    lease: signLease({ issuer, audience: 'shop', epoch: 1, now: now() }, control.signing),
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
    identity: (person) =>
      signIdentity(
        {
          gateway: GATEWAY,
          application: 'shop',
          tenant: TENANT,
          principal: person === null ? null : { type: 'Person', id: person },
          session: person === null ? null : randomUUID(),
          authTime: person === null ? null : now(),
          jti: randomUUID(),
          now: now(),
        },
        gateway.signing,
      ),
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await rm(home, { recursive: true, force: true })
    },
  }
}

function keyPair() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const jwk = publicJwk(publicKey)
  return { jwk, signing: { kid: jwk.kid, key: privateKey } }
}

/** The files of holdfast/, parsed and checked by Cedar itself. */
export function readPolicies() {
  const schemaText = readFileSync(new URL('schema.cedarschema', FOLDER), 'utf8')
  const schema = parseSchema(schemaText)
  if (!schema.ok) throw new Error(JSON.stringify(schema.findings))
  const staticPolicies: Record<string, unknown> = {}
  const texts: Record<string, string> = {}
  for (const file of readdirSync(new URL('policies/', FOLDER))) {
    const name = file.replace(/\.cedar$/, '')
    const text = readFileSync(new URL(`policies/${file}`, FOLDER), 'utf8')
    const parsed = parsePolicy(name, text)
    if (!parsed.ok) throw new Error(`${file}: ${JSON.stringify(parsed.findings)}`)
    staticPolicies[name] = parsed.policy
    texts[name] = text
  }
  return {
    schema: schema.schema as unknown as Record<string, unknown>,
    policies: { staticPolicies, templates: {}, templateLinks: [] },
    findings: validate(texts, schemaText),
  }
}

function entities(people: readonly TestPerson[]) {
  const groups = [...new Set(people.flatMap((person) => person.groups))]
  return [
    ...groups.map((id) => ({ uid: { type: 'Group', id }, attrs: {}, parents: [] })),
    ...people.map(({ id, groups: parents }) => ({
      uid: { type: 'Person', id },
      attrs: {},
      parents: parents.map((group) => ({ type: 'Group', id: group })),
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
