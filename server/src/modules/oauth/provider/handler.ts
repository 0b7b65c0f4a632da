import type { IncomingMessage, ServerResponse } from 'node:http'
import { randomUUID } from 'node:crypto'
import type { Foreign } from '../../../platform/http/foreign.ts'
import { authorizePath } from '../interactions/url.ts'
import { createMachine, type MachineRequest, readMachineRequest } from '../machine/index.ts'
import { tenantOfVisit } from '../tenant-of-visit.ts'
import { type Brakes, createBrakes } from './brakes.ts'
import { newBuffer, type RequestBuffer, withBuffer } from './buffer.ts'
import { believeProxy } from './certificates.ts'
import { withoutEmptySecret } from './empty-secret.ts'
import { faultAnswer, retryAfter } from './fault.ts'
import type { FlushDeps } from './flush.ts'
import type { Instance } from './instances.ts'
import { tokenOfService } from './together.ts'

/** The largest body that oidc-provider reads. */
const bodyLimit = 56 * 1024
/** of a request that is sent on as a GET: heads of requests are read up to 16 KiB */
const longestQuery = 8 * 1024

const paths: Readonly<Record<string, readonly string[]>> = {
  '/.well-known/openid-configuration': ['GET', 'HEAD', 'OPTIONS'],
  '/.well-known/oauth-authorization-server': ['GET', 'HEAD', 'OPTIONS'],
  '/oauth/authorize': ['GET', 'POST'],
  '/oauth/token': ['POST', 'OPTIONS'],
  '/oauth/par': ['POST', 'OPTIONS'],
  '/oauth/userinfo': ['GET', 'POST', 'OPTIONS'],
  '/oauth/introspect': ['POST', 'OPTIONS'],
  '/oauth/revoke': ['POST', 'OPTIONS'],
  '/oauth/device/authorize': ['POST', 'OPTIONS'],
}
const waiting = /^\/oauth\/authorize\/[A-Za-z0-9_-]{1,64}$/
/** Where a token is what is asked about: it is a JWT, of which oidc-provider wants to know nothing here. */
const aboutTokens = new Set(['/oauth/introspect', '/oauth/revoke'])

export interface HandlerDeps extends FlushDeps {
  readonly current: () => Instance
}

/** The endpoints that oidc-provider answers, on Node's own objects. */
export function createForeign(deps: HandlerDeps): Foreign {
  const brakes = createBrakes(deps)
  const machine = createMachine(deps)
  return {
    answers(method, path) {
      if (waiting.test(path)) return method === 'GET' ? '/oauth/authorize/:uid' : undefined
      return paths[path]?.includes(method) ? path : undefined
    },
    async handle(request, response, about) {
      const path = (request.url ?? '').split('?')[0] ?? ''
      const held = newBuffer({ now: deps.clock.now(), source: about.source, requestId: about.requestId })
      if (about.fromProxy) believeProxy(request)
      if (path === authorizePath) {
        const seconds = brakes.ofWaiting(held)
        if (seconds > 0) return tooMany(response, seconds)
        if (request.method === 'POST') return asGet(request, response)
      }
      try {
        await handle(request, response, path, held)
      } catch (error) {
        // What a browser shows is a problem as it is of any page.
        if (request.method === 'GET' || response.headersSent) throw error
        deps.onError(error, 'a request at an endpoint of OAuth failed')
        faulty(response, error)
      }
    },
  }

  async function handle(request: IncomingMessage, response: ServerResponse, path: string, held: RequestBuffer) {
    if (request.method === 'POST') {
      const sent = await admittedBody(brakes, request, response, held)
      if (sent === undefined || (await machine.answer(response, sent.machine, held))) return
      prepareBody(request, sent.body, path, held)
    }
    const { cookie } = request.headers
    // A browser that is signed in to another tenant than the client's is signed in to none here.
    const fields = Object.fromEntries(new URLSearchParams((request.url ?? '').split('?')[1]))
    held.tenant = await tenantOfVisit(deps, { path, fields })
    held.session =
      cookie === undefined ? null : await deps.sessions.browserSession(new Headers({ cookie }), held.tenant)
    await withBuffer(held, async () => deps.current().callback(request, response))
    brakes.after(held)
    const given = tokenOfService(held)
    if (given !== undefined) machine.taken(given.client)
  }
}

/**
 * An authorization request may come by POST (OpenID Connect Core 1.0, section 3.1.2.1). From another site it comes without our
 * cookies, which are SameSite=Lax: sent on as a GET it has them, and means the same.
 */
async function asGet(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request)
  const query = new URLSearchParams(body?.toString('utf8')).toString()
  if (body === undefined || query.length > longestQuery) {
    problem(response, 413, 'invalid_request', `push requests that are longer than ${longestQuery} bytes`)
    return
  }
  response.writeHead(303, { location: `${authorizePath}?${query}`, 'cache-control': 'no-store' }).end()
}

interface Sent {
  readonly body: Buffer
  readonly machine: MachineRequest | undefined
}

/** Reads the body, and holds who asks to a rate. @returns undefined when it is answered already */
async function admittedBody(
  brakes: Brakes,
  request: IncomingMessage,
  response: ServerResponse,
  held: RequestBuffer,
): Promise<Sent | undefined> {
  const early = brakes.ofAddress(held)
  if (early > 0) return tooMany(response, early)
  const body = await readBody(request)
  if (body === undefined) {
    problem(response, 413, 'invalid_request', `the body is larger than ${bodyLimit} bytes`)
    return undefined
  }
  const machine = readMachineRequest(request, body)
  const often = brakes.ofClient(held, machine?.client ?? clientOf(request, formOf(body)))
  return often > 0 ? tooMany(response, often) : { body, machine }
}

/** Makes of what was sent what oidc-provider is to read. */
function prepareBody(request: IncomingMessage, body: Buffer, path: string, held: RequestBuffer): void {
  const form = formOf(body)
  const named = withoutEmptySecret(request, form, body)
  giveBack(request, aboutTokens.has(path) ? standIn(form, held, named) : named)
}

const formOf = (body: Buffer) => new URLSearchParams(body.toString('utf8'))

/** oidc-provider reads the body once more, and takes what it finds for what was sent. */
function giveBack(request: IncomingMessage, body: Buffer): void {
  request.headers['content-length'] = String(body.length)
  Object.defineProperties(request, {
    readable: { value: true },
    iterator: {
      value: async function* () {
        yield body
      },
    },
  })
}

/** Puts a name of ours in the place of a JWT that somebody asks about; what it stands for is checked when it is looked up. */
function standIn(form: URLSearchParams, held: RequestBuffer, body: Buffer): Buffer {
  const tokens = form.getAll('token')
  const [token = ''] = tokens
  if (tokens.length !== 1 || !token.includes('.')) return body
  const name = randomUUID()
  held.presented.set(name, token)
  form.set('token', name)
  return Buffer.from(form.toString())
}

/** By its events: to iterate over a request costs as much as to parse it. */
function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let length = 0
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
      // The rest is let pass until the answer has been read.
      if (length > bodyLimit) resolve(undefined)
      else chunks.push(chunk)
    })
    request.on('end', () => resolve(Buffer.concat(chunks)))
    // The client went away, or was too slow: nobody reads the answer, and nothing of ours is broken.
    const gone = () => resolve(undefined)
    request.on('error', gone)
    request.on('close', gone)
  })
}

function clientOf({ headers }: IncomingMessage, form: URLSearchParams): string {
  const basic = /^basic ([A-Za-z0-9+/=]+)$/i.exec(headers.authorization ?? '')?.[1]
  if (basic === undefined) return form.get('client_id') ?? ''
  return Buffer.from(basic, 'base64').toString('utf8').split(':')[0] ?? ''
}

function tooMany(response: ServerResponse, seconds: number): undefined {
  response.setHeader('retry-after', String(seconds))
  problem(response, 429, 'temporarily_unavailable', `too many requests; try again in ${seconds} s`)
}

function faulty(response: ServerResponse, thrown: unknown): void {
  const { status, error, description, again } = faultAnswer(thrown)
  if (again) response.setHeader('retry-after', retryAfter)
  problem(response, status, error, description)
}

/** RFC 6749, section 5.2. */
function problem(response: ServerResponse, status: number, error: string, description: string): void {
  response.statusCode = status
  response.setHeader('content-type', 'application/json; charset=utf-8')
  response.setHeader('cache-control', 'no-store')
  if (status === 413) response.setHeader('connection', 'close')
  response.end(JSON.stringify({ error, error_description: description }))
}
