import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type ApplicationBundle,
  BudgetRequest,
  type BudgetResponse,
  type Credentials,
  CspReportsRequest,
  EDGE_PATHS,
  EventsRequest,
  type GatewayBundle,
  IntrospectRequest,
  LeaveRequest,
  publicJwk,
  signApplicationBundle,
  signGatewayBundle,
  type SigningKey,
  signIdentity,
  signLease,
  SyncRequest,
  type TokenJwk,
} from '@holdfast/bundle'
import type { EdgeEvent } from '@holdfast/events'
import type { Protection } from '@holdfast/http-guard'
import { parsePolicySet } from '@holdfast/policy/authoring'

const TENANT = 'tenant-1'
const GATEWAY = 'gateway-1'

export function keyPair(): SigningKey & { jwk: ReturnType<typeof publicJwk> } {
  const { privateKey } = generateKeyPairSync('ed25519')
  const jwk = publicJwk(privateKey)
  return { kid: jwk.kid, key: privateKey, jwk }
}

/** A secret of ours, freshly made. */
export function secret(prefix: 'hfs_' | 'hfk_'): string {
  return prefix + randomBytes(32).toString('base64url')
}

export interface Account {
  readonly type: 'Person' | 'Service'
  readonly id: string
  readonly groups?: readonly string[]
}

/** A control plane that speaks the edge protocol over real HTTP with real signatures; its state is the test's to change. */
export class TestControlPlane {
  readonly key = keyPair()
  readonly gateway = keyPair()
  readonly application: string
  readonly events: EdgeEvent[] = []
  readonly credentialsOf = new Map<
    string,
    { principal: Account; session: string | null; expiresAt: number; application: string }
  >()
  /** Keys of the access tokens that are accepted. */
  tokenKeys: TokenJwk[] = []
  accounts: Account[]
  policies: string
  epoch = 1
  introspections = 0
  syncs = 0
  /** In the bundle. */
  protection: Protection | undefined
  /** Units of every shared budget. */
  units = 0
  readonly reports: CspReportsRequest[] = []
  /** Status that every request is answered with, while set. */
  broken: number | null = null
  /** Changes an answer to a sync on its way out: the attacker in the middle. */
  tamper: (answer: Record<string, unknown>) => Record<string, unknown> = (answer) => answer
  /** Processes that said that they end. */
  readonly left: string[] = []
  /** Changes of the tenant that do not concern this application. */
  elsewhere = 0
  /** Answers a sync at once, whatever wait was asked for. */
  impatient = false
  /** Holds introspection answers back until it resolves. */
  hold: Promise<void> = Promise.resolve()
  refuseEvent: (event: EdgeEvent) => boolean = () => false
  clockOffset = 0
  url = ''
  #revoked: { session: string; acr?: string }[] = []
  #waiting = new Set<() => void>()
  #server = createServer((request, response) => {
    void this.#answer(request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
  })

  constructor(options: { application?: string; policies?: string; accounts?: Account[] } = {}) {
    this.application = options.application ?? 'shop'
    this.policies = options.policies ?? 'permit(principal, action, resource);'
    this.accounts = options.accounts ?? []
  }

  async start(port = 0): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve))
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
    return this
  }

  async stop(): Promise<void> {
    this.news()
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.#server.closeAllConnections()
    await closed
  }

  get credentials(): Credentials {
    return { url: this.url, application: this.application, token: secret('hfk_'), trust: { keys: [this.key.jwk] } }
  }

  now(): number {
    return Math.floor(Date.now() / 1000) + this.clockOffset
  }

  /** Whether somebody is waiting for news. */
  get polled(): boolean {
    return this.#waiting.size > 0
  }

  /** Ends every long poll: something has changed. */
  news(): void {
    for (const wake of this.#waiting) wake()
  }

  /** The tenant's epoch: other applications change too. */
  get through(): number {
    return this.epoch + this.elsewhere
  }

  publish(change: { policies?: string; accounts?: Account[]; tokenKeys?: TokenJwk[]; protection?: Protection }): void {
    Object.assign(this, change)
    this.epoch += 1
    this.news()
  }

  revoke(session: string): void {
    this.#revoked.push({ session })
    for (const [credential, known] of this.credentialsOf)
      if (known.session === session) this.credentialsOf.delete(credential)
    this.news()
  }

  /** More is demanded of the session, which goes on. */
  raise(session: string, acr: string): void {
    this.#revoked.push({ session, acr })
    this.news()
  }

  /** Gives somebody a credential of this application: a host session, or a service key. */
  issue(principal: Account, session: string | null): string {
    const credential = secret(session === null ? 'hfk_' : 'hfs_')
    const expiresAt = this.now() + 3600
    this.credentialsOf.set(credential, { principal, session, expiresAt, application: this.application })
    return credential
  }

  bundle(changes: Partial<ApplicationBundle> = {}, key: SigningKey = this.key): string {
    return signApplicationBundle({ ...this.claims(), ...changes }, key)
  }

  claims(): ApplicationBundle {
    const groups = new Set(this.accounts.flatMap(({ groups = [] }) => groups))
    const parsed = parsePolicySet(this.policies)
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.findings))
    const { staticPolicies = {} } = parsed.policies
    return {
      iss: this.url,
      aud: this.application,
      tenant: TENANT,
      epoch: this.epoch,
      iat: this.now(),
      schema: {},
      policies: { staticPolicies, templates: {}, templateLinks: [] },
      entities: [
        ...Array.from(groups, (id) => ({ uid: { type: 'Group', id }, attrs: {}, parents: [] })),
        ...this.accounts.map(({ type, id, groups = [] }) => ({
          uid: { type, id },
          attrs: {},
          parents: groups.map((group) => ({ type: 'Group', id: group })),
        })),
      ],
      gatewayKeys: [{ ...this.gateway.jwk, service: GATEWAY }],
      validated: true,
      bundledTypes: [],
      timed: [],
      candidate: null,
      decisionLog: { allowRate: 0 },
      ...(this.protection !== undefined && { protection: this.protection }),
      tokens: { issuer: this.url, keys: this.tokenKeys },
      resources: [`urn:holdfast:application:${this.application}`],
    }
  }

  gatewayBundle(): string {
    const claims: GatewayBundle = {
      iss: this.url,
      aud: '*',
      tenant: TENANT,
      epoch: this.epoch,
      iat: this.now(),
      applications: [
        {
          id: this.application,
          hosts: ['shop.localhost:7480'],
          upstream: 'http://127.0.0.1:7410',
          publicPaths: ['/'],
          limits: { bodyBytes: 1000, requestTimeoutMs: 1000 },
          resources: [`urn:holdfast:application:${this.application}`],
        },
      ],
      tokens: { issuer: this.url, keys: this.tokenKeys },
    }
    return signGatewayBundle(claims, this.key)
  }

  lease(
    changes: { epoch?: number; through?: number; now?: number; audience?: string } = {},
    key: SigningKey = this.key,
  ): string {
    const { epoch = this.epoch, through = this.through, now = this.now(), audience = this.application } = changes
    return signLease({ issuer: this.url, audience, epoch, through, now }, key)
  }

  /** The identity token that the gateway would send. */
  identity(
    principal: Account | null,
    changes: Partial<Parameters<typeof signIdentity>[0]> = {},
    key: SigningKey = this.gateway,
  ): string {
    const reference = principal === null ? null : { type: principal.type, id: principal.id }
    return signIdentity(
      {
        gateway: GATEWAY,
        application: this.application,
        tenant: TENANT,
        principal: reference,
        session: null,
        authTime: null,
        jti: secret('hfs_'),
        now: this.now(),
        ...changes,
      },
      key,
    )
  }

  async #answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const body: unknown = JSON.parse(await text(request))
    if (this.broken !== null) return { status: this.broken, body: { code: 'broken', detail: 'Broken by the test.' } }
    if (request.headers.authorization?.startsWith('Bearer hfk_') !== true)
      return { status: 401, body: { code: 'unauthenticated' } }
    switch (request.url) {
      case EDGE_PATHS.leave:
        this.left.push(LeaveRequest.parse(body).edge.id)
        return { status: 200, body: { left: true } }
      case EDGE_PATHS.sync:
        return { status: 200, body: await this.#sync(SyncRequest.parse(body)) }
      case EDGE_PATHS.introspect:
        return { status: 200, body: await this.#introspect(IntrospectRequest.parse(body)) }
      case EDGE_PATHS.events:
        return this.#events(EventsRequest.parse(body))
      case EDGE_PATHS.budgets:
        return { status: 200, body: this.#lend(BudgetRequest.parse(body).units) }
      case EDGE_PATHS.cspReports:
        this.reports.push(CspReportsRequest.parse(body))
        return { status: 200, body: { accepted: 1 } }
      case EDGE_PATHS.signOut:
        return { status: 200, body: { ended: true } }
      case EDGE_PATHS.exchange:
        return { status: 200, body: { session: secret('hfs_'), expiresAt: this.now() + 60, returnTo: '/' } }
      case EDGE_PATHS.gatewayKey:
        return { status: 200, body: {} }
      default:
        return { status: 404, body: {} }
    }
  }

  async #sync({ application, epoch, cursor, waitSeconds }: SyncRequest): Promise<unknown> {
    this.syncs += 1
    if (epoch === this.epoch && cursor === this.#revoked.length && waitSeconds > 0 && !this.impatient)
      await this.#wait(waitSeconds)
    const newer = this.epoch > epoch
    const bundle = application === undefined ? () => this.gatewayBundle() : () => this.bundle()
    return this.tamper({
      bundle: newer ? bundle() : null,
      lease: this.lease({ audience: application ?? '*' }),
      epoch: this.epoch,
      cursor: this.#revoked.length,
      revoked: this.#revoked.slice(cursor),
    })
  }

  async #wait(seconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(wake, seconds * 1000)
      const waiting = this.#waiting
      function wake() {
        clearTimeout(timer)
        waiting.delete(wake)
        resolve()
      }
      waiting.add(wake)
    })
  }

  async #introspect({ credential, application }: IntrospectRequest): Promise<unknown> {
    this.introspections += 1
    const known = this.credentialsOf.get(credential)
    await this.hold
    if (known === undefined || known.application !== application) return { active: false, reason: 'credential_unknown' }
    const { principal, session, expiresAt } = known
    const proved = { authTime: null, acr: null, amr: [] }
    return { active: true, principal: { type: principal.type, id: principal.id }, session, ...proved, expiresAt }
  }

  #lend(wanted: number): BudgetResponse {
    const units = Math.min(wanted, this.units)
    this.units -= units
    return { units, forMs: 1000, waitMs: units === 0 ? 2000 : 0, left: this.units, fullInMs: 2000 }
  }

  #events({ events }: EventsRequest): { status: number; body: unknown } {
    if (events.some((event) => this.refuseEvent(event))) return { status: 422, body: { code: 'event_invalid' } }
    const known = new Set(this.events.map(({ id }) => id))
    this.events.push(...events.filter(({ id }) => !known.has(id)))
    return { status: 200, body: { accepted: events.length } }
  }
}

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

/** Waits until it is so. */
export async function until(holds: () => boolean, milliseconds = 60_000): Promise<void> {
  const end = Date.now() + milliseconds
  while (!holds()) {
    if (Date.now() > end) throw new Error('It did not become so in time.')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** Calls until it rejects; throws when it still does not after so many milliseconds. */
export async function refusedWithin(milliseconds: number, call: () => Promise<unknown>): Promise<void> {
  const end = Date.now() + milliseconds
  for (;;) {
    try {
      await call()
    } catch {
      return
    }
    if (Date.now() > end) throw new Error(`It was still accepted after ${milliseconds} ms.`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
