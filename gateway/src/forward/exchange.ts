import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import {
  type AnswerWatch,
  changedFields,
  Held,
  type Protect,
  type Refusal,
  refusal,
  type RefusalCode,
  type RequestHead,
  type Room,
} from '@holdfast/sdk/edge/guard'
import type { ConnectionUser, UpstreamConnection } from '../upstream/connection.ts'
import type { UpstreamFailure, UpstreamFailureKind } from '../upstream/failure.ts'
import type { Balancer, Peer } from '../upstream/balancer.ts'
import type { ResponseHead } from '../upstream/response-head.ts'
import type { Begun } from '../inspection/collect.ts'
import type { Active, Renew, Running } from './active.ts'
import { type Pending, sendLater } from '../turn.ts'
import { responseFields } from './response-fields.ts'

/** All in milliseconds. */
export interface ExchangeTimeouts {
  /** Until the connection to the upstream stands. */
  readonly connectMs: number
  /** Without a byte of the response's body, whoever of the two is slow. */
  readonly idleMs: number
  /** For the whole exchange. */
  readonly wholeMs: number
}

export interface ExchangeOptions {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly head: RequestHead
  /** What of the body has been read already; null: nothing. */
  readonly begun: Begun | null
  readonly requestId: string
  readonly protect: Protect
  /** The head for the upstream, written out. */
  readonly text: string
  readonly upstreams: Balancer
  /** In which answers are held back. */
  readonly room: Room
  readonly active: Active
  readonly bodyBytes: number
  readonly timeouts: ExchangeTimeouts
  /** Milliseconds without a byte of the request or of the response's head. */
  readonly headMs: number
  readonly session: string | null
  readonly token: string | null
  readonly expiresAt: number | null
  readonly renew: Renew
  /** Answers in place of the upstream. Called at most once, and only while nothing has been answered. */
  readonly refuse: (refusal: Refusal, cause: string) => void
  /** The answer was broken off after it had begun. */
  readonly broken: (code: RefusalCode, cause: string) => void
  /** Looks at the answer; null: nobody does. */
  readonly answer?: (head: ResponseHead) => AnswerWatch | null
  /** Sees the head of the response first. @returns true when it has answered the client itself */
  readonly instead?: (head: ResponseHead) => boolean
  readonly upgraded?: (upstream: Socket, head: ResponseHead, rest: Buffer | null) => void
}

type Phase = 'connect' | 'head' | 'body'

/** Methods whose repetition changes nothing more (RFC 9110 section 9.2.2). */
const idempotent: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])
/** Bytes of a request body that are read to no use so that the connection can be kept. */
const mostDiscarded = 256 * 1024
/** Bytes of an answer's body that are worth to be made a text of. */
const mostAsText = 8 * 1024

const full = refusal('overloaded', 'Too many answers are being looked at.', ['Retry-After', '1'])
const failures: Readonly<Record<UpstreamFailureKind, Refusal>> = {
  unreachable: refusal('upstream_unreachable', 'No connection to the application could be made.'),
  broken: refusal('upstream_failed', 'The application closed the connection before it had answered.'),
  malformed: refusal('upstream_malformed', 'The answer of the application is not valid HTTP.'),
  busy: refusal('upstream_busy', 'Too many requests to this application are open.', ['Retry-After', '1']),
}

/** One request on its way to the upstream and its response on the way back. Bodies are passed on as they come. */
export class Exchange implements ConnectionUser, Running, Pending {
  readonly endless = false
  slot = -1
  deadline = 0
  readonly session: string | null
  readonly token: string | null
  expiresAt: number | null
  readonly renew: Renew

  private readonly options: ExchangeOptions
  private readonly latest: number
  private phase: Phase = 'connect'
  private connection: UpstreamConnection | null = null
  /** The upstream that was asked last. */
  private peer: Peer | null = null
  /** Among its outstanding requests this one is counted. */
  private counted = false
  private over = false
  private attempts = 0
  private received = 0
  private requestPaused = false
  private bodyBegan = false
  private clientFull = false
  private watch: AnswerWatch | null = null
  /** Of an answer that is looked at as it streams, until its body begins. */
  private unsent: ResponseHead | null = null
  /** What the answer ends with: it is sent with the end, not before it. */
  private end: Buffer | string | null = null
  private held: { readonly head: ResponseHead; readonly body: Held } | null = null

  constructor(options: ExchangeOptions) {
    this.options = options
    this.session = options.session
    this.token = options.token
    this.expiresAt = options.expiresAt
    this.renew = options.renew
    this.latest = performance.now() + options.timeouts.wholeMs
  }

  start(): void {
    const { active, response } = this.options
    active.add(this)
    response.on('close', this.onClientClose)
    this.dispatch()
  }

  /** Sends the body, from its beginning: not before the connection stands, so that it is still there for another one. */
  private sendBody(): void {
    const { request, response, head, begun } = this.options
    if (head.framing.kind === 'none' || this.over) return
    if (begun !== null) {
      if (begun.bytes.length > 0) this.onRequestData(begun.bytes)
      if (begun.whole) this.onRequestEnd()
      if (begun.whole || this.over) return
    } else if (head.expectsContinue) response.writeContinue()
    request.on('data', this.onRequestData)
    request.on('end', this.onRequestEnd)
    if (begun !== null && !this.requestPaused) request.resume()
  }

  /** Sends the head. */
  private dispatch(): void {
    const { upstreams, text, head, timeouts } = this.options
    const again = this.attempts++ > 0
    let peer = upstreams.choose(this.peer)
    let connection = peer.pool.acquire(again)
    if (connection === null && upstreams.several) {
      peer = upstreams.choose(peer)
      connection = peer.pool.acquire(again)
    }
    if (connection === null) {
      this.giveUp(failures.busy, 'All connections are in use.')
      return
    }
    this.peer = peer
    this.counted = true
    peer.outstanding++
    this.connection = connection
    this.wait('connect', timeouts.connectMs)
    connection.begin(this, text, head.method, head.upgrade)
    if (head.framing.kind === 'none') connection.endRequest()
  }

  connected(): void {
    this.wait('head', this.options.headMs)
    this.sendBody()
  }

  responseHead(head: ResponseHead): void {
    // It is not sent again.
    this.options.begun?.leave()
    if (this.peer !== null) this.options.upstreams.answered(this.peer, head.status)
    if (head.framing.kind === 'upgrade') return
    if (this.options.instead?.(head) === true) {
      this.finish()
      this.connection?.destroy()
      this.connection = null
      return
    }
    this.wait('body', this.options.timeouts.idleMs)
    this.watch = this.options.answer?.(head) ?? null
    if (this.watch !== null && this.watch.refusal !== null) {
      this.giveUp(this.watch.refusal, 'the head of the answer')
      return
    }
    if (this.watch?.wants === 'whole' && head.framing.kind !== 'none') this.held = { head, body: new Held() }
    else if (this.watch?.wants === 'windows' && head.framing.kind !== 'none') this.waitForBody(head)
    else this.writeHead(head, head.fields)
  }

  /** What came of the body with the head is looked at first: until the head is out, the client can be told why there is no answer. */
  private waitForBody(head: ResponseHead): void {
    this.unsent = head
    queueMicrotask(() => {
      if (!this.over) this.sendUnsent()
    })
  }

  private sendUnsent(): void {
    const head = this.unsent
    this.unsent = null
    if (head !== null) this.writeHead(head, head.fields)
  }

  private writeHead(head: ResponseHead, fields: readonly string[]): void {
    const { response, requestId, protect } = this.options
    response.writeHead(head.status, responseFields(fields, head.status, { requestId, protect }))
    if (head.framing.kind === 'none') return
    // The head of a stream must not wait in the gateway for the first byte of its body.
    queueMicrotask(() => {
      if (!this.bodyBegan && !this.over) response.flushHeaders()
    })
  }

  responseData(chunk: Buffer, last: boolean): boolean {
    const begins = !this.bodyBegan
    this.bodyBegan = true
    this.wait('body', this.options.timeouts.idleMs)
    if (this.held !== null) return this.hold(chunk, last)
    const refused = this.watch?.wants === 'windows' ? this.watch.part(chunk) : null
    if (refused !== null) {
      this.giveUp(refused, 'the body of the answer')
      return true
    }
    this.sendUnsent()
    if (last) {
      this.end = begins ? ending(chunk) : chunk
      return true
    }
    if (this.options.response.write(chunk)) return true
    if (!this.clientFull) this.options.response.once('drain', this.onClientDrain)
    this.clientFull = true
    return false
  }

  /** Until all of it is there, or it is clear that it is too long. */
  private hold(chunk: Buffer, last: boolean): boolean {
    const { held, watch } = this
    if (held === null || watch === null) return true
    if (!this.options.room.take(chunk.length)) {
      this.giveUp(full, 'answers under inspection')
      return true
    }
    held.body.add(chunk)
    if (held.body.length <= watch.mostBytes) return true
    const { bytes } = held.body
    const refused = watch.beyond(bytes)
    if (refused !== null) {
      this.giveUp(refused, 'the body of the answer')
      return true
    }
    this.leave()
    this.writeHead(held.head, held.head.fields)
    return this.responseData(bytes, last)
  }

  /** @returns false where it was refused */
  private release(): boolean {
    const { held, watch } = this
    if (held === null || watch === null) return true
    this.leave()
    const { refusal: refused, body } = watch.whole(held.body.bytes)
    if (refused !== null) {
      this.giveUp(refused, 'the body of the answer')
      return false
    }
    this.writeHead(held.head, body === null ? held.head.fields : changedFields(held.head.fields, body.length))
    this.end = ending(body ?? held.body.bytes)
    return true
  }

  /** Nothing is held back any more. */
  private leave(): void {
    this.options.room.give(this.held?.body.length ?? 0)
    this.held = null
  }

  responseEnd(): void {
    this.connection = null
    if (this.over) return
    this.sendUnsent()
    if (this.release()) sendLater(this)
  }

  /** The end of the answer. */
  send(): void {
    // The client has gone since, or the session has ended.
    if (this.over) return
    this.finish()
    const { request, response } = this.options
    if (this.end === null) response.end()
    else response.end(this.end, 'latin1')
    // Nobody waits for this client any more: what it does not read must not lie here for ever.
    if (request.socket.writableLength > 0) request.socket.setTimeout(this.options.timeouts.idleMs)
    if (!request.complete) discardRest(request)
  }

  drained(): void {
    if (!this.requestPaused) return
    this.requestPaused = false
    this.options.request.resume()
  }

  failed(failure: UpstreamFailure, untouched: boolean): void {
    const { upstreams } = this.options
    // The upstream ended a connection that had been idle while the request was under way on it.
    const stale = failure.kind === 'broken' && untouched && this.connection?.reused === true
    if (this.peer !== null) upstreams.failed(this.peer, failure.kind, stale)
    this.connection = null
    this.uncount()
    if (this.over || this.repeat(failure.kind, stale)) return
    this.giveUp(failures[failure.kind], failure.reason)
  }

  /**
   * Sends the request once more, where that cannot do anything twice (RFC 9110 section 9.2.2): it never got there, which another upstream may
   * mend; or its connection ended before any byte of an answer, and the method is idempotent. Not with a body that is gone already.
   * @returns whether it was
   */
  private repeat(kind: UpstreamFailureKind, stale: boolean): boolean {
    const { upstreams, head, begun } = this.options
    if (!upstreams.settings.retry || this.attempts > 1) return false
    const nothingSent = kind === 'unreachable' && upstreams.several
    const still = head.framing.kind === 'none' || begun?.whole === true
    if (!nothingSent && !(stale && still && idempotent.has(head.method))) return false
    this.received = 0
    this.requestPaused = false
    this.dispatch()
    return true
  }

  private uncount(): void {
    if (this.counted && this.peer !== null) this.peer.outstanding--
    this.counted = false
  }

  upgraded(socket: Socket, head: ResponseHead, rest: Buffer | null): void {
    this.connection = null
    if (this.over || this.options.upgraded === undefined) {
      socket.destroy()
      return
    }
    this.finish()
    this.options.upgraded(socket, head, rest)
  }

  overdue(): void {
    if (this.phase === 'head' && !this.options.request.complete && !this.requestPaused) {
      this.giveUp(refusal('request_timeout', 'The body of the request stopped arriving.'), 'request body stalled')
      return
    }
    const connecting = this.phase === 'connect'
    if (this.phase !== 'body' && this.peer !== null) {
      this.options.upstreams.failed(this.peer, connecting ? 'unreachable' : 'timeout', false)
    }
    if (connecting) {
      this.connection?.destroy()
      this.connection = null
      this.uncount()
      if (this.repeat('unreachable', false)) return
    }
    this.giveUp(refusal('upstream_timeout', 'The application did not answer in time.'), `no ${this.phase} in time`)
  }

  cut(): void {
    this.giveUp(refusal('unauthenticated', 'The session has ended.'), 'session ended')
  }

  /** Ends the exchange from this side: with a refusal while that is possible, otherwise by breaking the connection. */
  private giveUp(answer: Refusal, cause: string): void {
    if (this.over) return
    const { request, response } = this.options
    this.finish()
    this.connection?.destroy()
    this.connection = null
    if (!response.headersSent && !response.destroyed) {
      this.options.refuse(answer, cause)
      return
    }
    this.options.broken(answer.code, cause)
    // Never `end()`: the client must see that the body is not whole.
    request.socket.destroy()
  }

  private finish(): void {
    this.over = true
    this.uncount()
    this.leave()
    const { active, request, response } = this.options
    active.delete(this)
    response.off('close', this.onClientClose)
    if (this.options.head.framing.kind === 'none') return
    request.off('data', this.onRequestData)
    request.off('end', this.onRequestEnd)
  }

  private wait(phase: Phase, ms: number): void {
    this.phase = phase
    this.deadline = Math.min(performance.now() + ms, this.latest)
  }

  private readonly onRequestData = (chunk: Buffer): void => {
    const { connection, options } = this
    this.received += chunk.length
    if (this.received > options.bodyBytes) {
      this.giveUp(refusal('body_too_large', `At most ${options.bodyBytes} bytes are accepted.`), 'body limit')
      return
    }
    if (connection === null) return
    if (this.phase === 'head') this.wait('head', options.headMs)
    const more = options.head.framing.kind === 'chunked' ? connection.writeChunk(chunk) : connection.write(chunk)
    if (more) return
    this.requestPaused = true
    options.request.pause()
  }

  private readonly onRequestEnd = (): void => {
    const { connection, options } = this
    if (connection === null) return
    if (options.head.framing.kind === 'chunked') connection.endChunks()
    connection.endRequest()
  }

  private readonly onClientDrain = (): void => {
    this.clientFull = false
    this.connection?.resume()
  }

  private readonly onClientClose = (): void => {
    if (this.over) return
    this.finish()
    this.connection?.destroy()
    this.connection = null
  }
}

/** Head and body as one text are one call into the kernel, without the gathering of buffers. */
const ending = (body: Buffer): Buffer | string => (body.length <= mostAsText ? body.toString('latin1') : body)

/** Reads what is left of a request whose answer is complete, up to a bound. */
function discardRest(request: IncomingMessage): void {
  let discarded = 0
  request.on('data', (chunk: Buffer) => {
    discarded += chunk.length
    if (discarded > mostDiscarded) request.socket.destroy()
  })
  request.resume()
}
