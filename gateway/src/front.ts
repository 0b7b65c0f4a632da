import { createServer, IncomingMessage, type Server, type ServerOptions, ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { makeId } from './ids.ts'
import {
  answerRaw,
  type Asker,
  describeTarget,
  isClosing,
  isRefused,
  refusal,
  type Refusal,
  type Reporter,
} from '@holdfast/sdk/edge/guard'
import type { Handler } from './handler.ts'
import type { GatewayTimeouts } from './options.ts'
import type { Certificates } from './tls/certificates.ts'

export interface FrontOptions {
  readonly handler: Handler
  readonly reporter: Reporter
  readonly timeouts: GatewayTimeouts
  /** Null: it speaks http. */
  readonly certificates: Certificates | null
  readonly clientCertificates: boolean
  /** Answers a health probe. */
  readonly isReady: () => boolean
  /** The control plane's public URL. */
  readonly url: () => string
}

const healthPath = '/.holdfast/healthz'
/** Bytes of a request's head, the request line included. */
const longestHead = 32 * 1024
/** How often Node looks for clients that are too slow. */
const checkMs = 500

/** The listening side: node:http, strict, with every way out of it turned into a refusal that is recorded. */
export class Front {
  private readonly options: FrontOptions
  private readonly server: Server
  /** The response under way on each socket: an error of the parser must not be answered into the middle of it. */
  private readonly responses = new WeakMap<Duplex, ServerResponse>()
  /** Of a pipelined request's response: the one that has to be over before it. */
  private readonly ahead = new WeakMap<ServerResponse, ServerResponse>()

  constructor(options: FrontOptions) {
    this.options = options
    const { certificates, timeouts } = options
    const settings = {
      insecureHTTPParser: false,
      requireHostHeader: false,
      maxHeaderSize: longestHead,
      headersTimeout: timeouts.clientHeadMs,
      requestTimeout: timeouts.clientRequestMs,
      keepAliveTimeout: timeouts.clientIdleMs,
      connectionsCheckingInterval: checkMs,
      noDelay: true,
      optimizeEmptyRequests: true,
      // Any other protocol (`curl --http2` offers h2c) is not gone over to, and the request is an ordinary one.
      shouldUpgradeCallback: ({ headers }: IncomingMessage) => headers.upgrade?.toLowerCase() === 'websocket',
    }
    this.server = certificates === null ? createServer(settings) : secure(settings, certificates, options)
    // Node would drop the fields beyond its count; the head's size bounds them already.
    this.server.maxHeadersCount = 0
    this.server.timeout = 0
    this.server
      .on('request', this.onRequest)
      .on('checkContinue', this.onRequest)
      .on('checkExpectation', this.onRequest)
      .on('upgrade', this.onUpgrade)
      .on('connect', this.onUpgrade)
      .on('clientError', this.onClientError)
  }

  async listen(host: string, port: number): Promise<AddressInfo> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject)
      this.server.listen(port, host, () => {
        this.server.off('error', reject)
        resolve()
      })
    })
    const address = this.server.address()
    if (address === null || typeof address === 'string') throw new Error('The gateway listens on no address.')
    return address
  }

  /** Takes no new connections, and resolves when the last one has ended. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()))
    const timer = setInterval(() => this.server.closeIdleConnections(), 50)
    await closed
    clearInterval(timer)
  }

  destroy(): void {
    this.server.closeAllConnections()
  }

  private readonly onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    // RFC 9112 section 9.6: behind an answer that says `close` nothing is processed, least of all what an ambiguous head hid.
    if (isClosing(request.socket)) return
    const before = this.responses.get(request.socket)
    if (before !== undefined && !before.writableFinished) this.ahead.set(response, before)
    this.responses.set(request.socket, response)
    if (request.url === healthPath) this.answerHealth(request, response)
    else this.options.handler.handle(request, response, null)
  }

  /** A response on the bare socket lets an upgrade (or CONNECT) be refused, or answered by the upstream, like any other request. */
  private readonly onUpgrade = (request: IncomingMessage, socket: Duplex, rest: Buffer): void => {
    socket.on('error', ignore)
    if (isClosing(socket)) return
    const response = new ServerResponse(request)
    response.shouldKeepAlive = false
    response.assignSocket(request.socket)
    response.on('finish', () => {
      if (response.socket !== null) request.socket.destroySoon()
    })
    this.options.handler.handle(request, response, rest)
  }

  private readonly onClientError = (error: NodeJS.ErrnoException & { rawPacket?: Buffer }, socket: Duplex): void => {
    this.answerError(socket, refusalFor(error), error.rawPacket)
  }

  private answerError(socket: Duplex, refused: Refusal | null, packet: Buffer | undefined): void {
    // A connection on which nothing ever came is no request: a browser opens such ones ahead of need.
    const silent = refused?.code === 'request_timeout' && (socket as Socket).bytesRead === 0
    if (refused === null || silent || !socket.writable) {
      socket.destroy()
      return
    }
    const response = this.responses.get(socket)
    const pending = response !== undefined && !response.writableFinished
    if (!pending) {
      this.refuseRaw(socket, refused, describePacket(packet))
      return
    }
    const before = this.ahead.get(response)
    const again = (): void => this.answerError(socket, refused, packet)
    // Answers go out in the order of the requests: the one before it is not to be cut, and not to be mistaken for this one.
    if (before !== undefined && !before.writableFinished) before.once('close', again)
    else if (isRefused(response)) response.end()
    // The body of the request that is being answered is broken: what has been said of the answer cannot be unsaid.
    else if (response.headersSent) socket.destroy()
    else if (!response.req.complete) this.refuseRaw(socket, refused, describeRequest(response.req))
    // The broken bytes came behind a good request that is still being answered.
    else response.once('close', again)
  }

  private refuseRaw(socket: Duplex, refused: Refusal, what: Pick<Asker, 'method' | 'path' | 'queryNames'>): void {
    const address = (socket as Socket).remoteAddress?.replace(/^::ffff:/, '') ?? ''
    const requestId = makeId()
    const asker = { host: null, userAgent: null, application: null, actor: null, address, ...what }
    const eventId = this.options.reporter.refused(refused.code, asker, requestId, refused.detail)
    answerRaw(socket, { refusal: refused, url: this.options.url(), requestId, eventId })
  }

  private answerHealth({ method }: IncomingMessage, response: ServerResponse): void {
    const ready = this.options.isReady()
    const status = method !== 'GET' && method !== 'HEAD' ? 405 : ready ? 200 : 503
    const body = `${JSON.stringify({ status: ready ? 'ready' : 'not_ready' })}\n`
    const fields = [
      'Content-Type',
      'application/json',
      'Cache-Control',
      'no-store',
      'Content-Length',
      String(body.length),
    ]
    response.writeHead(status, fields).end(body)
  }
}

const ignore = (): void => undefined

/** Any certificate of a client will do: that it has the key is what counts, and the token says which one it must be (RFC 8705 section 3). */
function secure(
  settings: ServerOptions,
  certificates: Certificates,
  { clientCertificates, timeouts }: FrontOptions,
): Server {
  const server = createTlsServer({
    ...settings,
    ...certificates.serverOptions(),
    handshakeTimeout: timeouts.clientHeadMs,
    requestCert: clientCertificates,
    rejectUnauthorized: false,
  })
  certificates.attach(server)
  return server
}

/** What Node's parser says, in our codes; null when there is nobody left to tell. */
function refusalFor({ code = '', message }: NodeJS.ErrnoException): Refusal | null {
  const reason = message.replace(/^Parse Error: /, '')
  if (code === 'HPE_HEADER_OVERFLOW') return refusal('head_too_large', `At most ${longestHead} bytes are accepted.`)
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return refusal('request_timeout', 'The request did not arrive in time.')
  if (code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') return refusal('body_too_large', 'The chunk extensions are too long.')
  if (/TRANSFER_ENCODING|CONTENT_LENGTH/.test(code)) return refusal('request_ambiguous', `${reason}.`)
  return code.startsWith('HPE_') ? refusal('request_malformed', `${reason}.`) : null
}

type Described = Pick<Asker, 'method' | 'path' | 'queryNames'>

const describeRequest = ({ method, url = '' }: IncomingMessage): Described => ({
  method: method ?? null,
  ...describeTarget(url),
})

/** The request line of bytes that could not be parsed, if there is one. */
function describePacket(packet: Buffer | undefined): Described {
  const line = /^([A-Z]{1,20}) (\S{1,2048})/.exec(packet?.toString('latin1', 0, 2048) ?? '')
  return { method: line?.[1] ?? null, ...describeTarget(line?.[2] ?? '') }
}
