import { createHash, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type ActiveCredential,
  type BudgetRequest,
  type BudgetResponse,
  type CspReportsRequest,
  type Credentials,
  EDGE_PATHS,
  type GatewayApplication,
  type LearnedRequest,
  publicJwk,
  type PublicJwk,
  signGatewayBundle,
  signLease,
  type TokenJwk,
  type TrafficRequest,
} from '@holdfast/bundle'
import type { EdgeEvent } from '@holdfast/events'

/** A control plane for tests: the edge protocol over real HTTP with real signatures, and a memory for a database. */
export interface ControlPlaneDouble {
  readonly url: string
  readonly credentials: Credentials
  readonly serviceId: string
  readonly events: EdgeEvent[]
  readonly gatewayKeys: PublicJwk[]
  /** Keys of the access tokens that are accepted. */
  tokenKeys: readonly TokenJwk[]
  /** Credential -> who it is. Bound to the application `shop`. */
  readonly active: Map<string, ActiveCredential>
  /** Code -> what a correct exchange gives. */
  readonly codes: Map<string, { challenge: string; redirectUri: string; session: string }>
  /** Keeps the budgets that gateways share. */
  lend: (request: BudgetRequest) => BudgetResponse | Promise<BudgetResponse>
  readonly cspReports: CspReportsRequest[]
  readonly traffic: TrafficRequest[]
  readonly learned: LearnedRequest[]
  /** While true every request is answered 500. */
  broken: boolean
  /** While true the revocation feed says nothing. */
  feedHeld: boolean
  /** @returns a new session's secret */
  signIn(expiresInSeconds?: number): { credential: string; session: string }
  serviceKey(): string
  revoke(credential: string): void
  /** The feed says that this session or token has ended. */
  end(id: string): void
  /** More is demanded of the session, which goes on. */
  raise(session: string, acr: string): void
  update(applications: readonly GatewayApplication[]): void
  /** Waits until an event is there that fits. */
  event(fits: (event: EdgeEvent) => boolean): Promise<EdgeEvent>
  close(): Promise<void>
}

export const secret = (prefix: string): string => prefix + randomBytes(32).toString('base64url')

export async function startControlPlane(applications: readonly GatewayApplication[]): Promise<ControlPlaneDouble> {
  const { privateKey } = generateKeyPairSync('ed25519')
  const jwk = publicJwk(privateKey)
  const key = { kid: jwk.kid, key: privateKey }
  const token = secret('hfk_')
  let epoch = 1
  let served = applications
  const revoked: { session: string; acr?: string }[] = []
  let wake: (() => void)[] = []
  const news = (): void => {
    for (const call of wake) call()
    wake = []
  }

  const server = createServer((request, response) => {
    void answer(request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  async function answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString()
    const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
    if (double.broken) return { status: 500, body: { code: 'fault' } }
    if (request.headers.authorization !== `Bearer ${token}`) return { status: 401, body: { code: 'unauthenticated' } }
    switch (request.url) {
      case '/api/v1/me':
        return { status: 200, body: { principal: { type: 'Service', id: double.serviceId }, name: 'gateway' } }
      case EDGE_PATHS.gatewayKey:
        double.gatewayKeys.push(body['jwk'] as PublicJwk)
        return { status: 200, body: {} }
      case EDGE_PATHS.sync:
        return { status: 200, body: await sync(body) }
      case EDGE_PATHS.introspect:
        return { status: 200, body: introspect(body) }
      case EDGE_PATHS.exchange:
        return exchange(body)
      case EDGE_PATHS.signOut:
        double.revoke(String(body['session']))
        return { status: 200, body: { ended: true } }
      case EDGE_PATHS.budgets:
        return { status: 200, body: await double.lend(body as unknown as BudgetRequest) }
      case EDGE_PATHS.cspReports:
        double.cspReports.push(body as unknown as CspReportsRequest)
        return { status: 200, body: { accepted: 1 } }
      case EDGE_PATHS.traffic:
        double.traffic.push(body as unknown as TrafficRequest)
        return { status: 200, body: { accepted: 1 } }
      case EDGE_PATHS.learned:
        double.learned.push(body as unknown as LearnedRequest)
        return { status: 200, body: { accepted: true } }
      case EDGE_PATHS.events:
        double.events.push(...(body['events'] as EdgeEvent[]))
        return { status: 200, body: { accepted: 1 } }
      default:
        return { status: 404, body: { code: 'not_found' } }
    }
  }

  async function sync(body: Record<string, unknown>) {
    const asked = body as { epoch: number; cursor: number; waitSeconds: number }
    if (asked.epoch === epoch && (asked.cursor === revoked.length || double.feedHeld) && asked.waitSeconds > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(asked.waitSeconds, 1) * 1000)
        wake.push(() => {
          clearTimeout(timer)
          resolve()
        })
      })
    }
    const now = Date.now() / 1000
    const claims = {
      iss: url,
      aud: '*',
      tenant: 't1',
      epoch,
      iat: Math.floor(now),
      applications: served,
      tokens: { issuer: url, keys: double.tokenKeys },
    } as const
    return {
      bundle: asked.epoch === epoch ? null : signGatewayBundle(claims, key),
      lease: signLease({ issuer: url, audience: '*', epoch, through: epoch, now }, key),
      epoch,
      cursor: double.feedHeld ? asked.cursor : revoked.length,
      revoked: double.feedHeld ? [] : revoked.slice(asked.cursor),
    }
  }

  function introspect(body: Record<string, unknown>) {
    const { credential, application } = body as { credential: string; application: string }
    const known = double.active.get(credential)
    if (known === undefined || application !== 'shop') return { active: false, reason: 'session_unknown' }
    return known.expiresAt <= now() ? { active: false, reason: 'session_expired' } : known
  }

  function exchange(body: Record<string, unknown>) {
    const { code, redirectUri } = body as { code: string; redirectUri: string }
    const known = double.codes.get(code)
    double.codes.delete(code)
    if (known === undefined || known.redirectUri !== redirectUri || known.challenge !== challengeOf(body)) {
      return { status: 400, body: { code: 'code_invalid' } }
    }
    return { status: 200, body: { session: known.session, expiresAt: now() + 3600, returnTo: '/ignored' } }
  }

  const double: ControlPlaneDouble = {
    url,
    credentials: { url, application: null, token, trust: { keys: [jwk] } },
    serviceId: randomUUID(),
    events: [],
    gatewayKeys: [],
    tokenKeys: [],
    active: new Map(),
    codes: new Map(),
    lend: () => ({ units: 0, forMs: 1000, waitMs: 1000, left: 0, fullInMs: 1000 }),
    cspReports: [],
    traffic: [],
    learned: [],
    broken: false,
    feedHeld: false,
    signIn: (expiresInSeconds = 3600) => {
      const credential = secret('hfs_')
      const session = randomUUID()
      const principal = { type: 'Person', id: randomUUID() }
      const expiresAt = now() + expiresInSeconds
      double.active.set(credential, {
        active: true,
        principal,
        session,
        authTime: now(),
        acr: 'aal1',
        amr: ['pwd'],
        expiresAt,
      })
      return { credential, session }
    },
    serviceKey: () => {
      const credential = secret('hfk_')
      const principal = { type: 'Service', id: randomUUID() }
      const proved = { session: null, authTime: null, acr: null, amr: [] }
      double.active.set(credential, { active: true, principal, ...proved, expiresAt: now() + 3600 })
      return credential
    },
    revoke: (credential) => {
      const known = double.active.get(credential)
      double.active.delete(credential)
      if (known?.session != null) revoked.push({ session: known.session })
      news()
    },
    end: (session) => {
      revoked.push({ session })
      news()
    },
    raise: (session, acr) => {
      revoked.push({ session, acr })
      news()
    },
    update: (applications) => {
      served = applications
      epoch++
      news()
    },
    event: async (fits) => {
      for (let waited = 0; waited < 5000; waited += 20) {
        const found = double.events.find(fits)
        if (found !== undefined) return found
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      throw new Error(`No such event among ${JSON.stringify(double.events, null, 1)}`)
    },
    close: async () => {
      news()
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
  return double
}

const now = (): number => Math.floor(Date.now() / 1000)

function challengeOf(body: Record<string, unknown>): string {
  return createHash('sha256').update(String(body['verifier'])).digest('base64url')
}
