import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { type Pending, sendLater } from '../turn.ts'
import type { UpstreamFailure } from './failure.ts'
import { MalformedResponse, type ResponseHead } from './response-head.ts'
import { ResponseParser, type ResponseSink } from './response-parser.ts'

/** The one request that a connection carries at a time. */
export interface ConnectionUser {
  connected(): void
  responseHead(head: ResponseHead): void
  /**
   * @param last nothing comes after it, and `responseEnd` follows at once
   * @returns false when no more should be read for now; `resume` goes on
   */
  responseData(chunk: Buffer, last: boolean): boolean
  /** The response is complete. The connection has already gone back to its pool, or closed. */
  responseEnd(): void
  /** The socket takes more of the request body. */
  drained(): void
  /** @param untouched nothing of a response had arrived: whoever may repeat the request safely, may do it */
  failed(failure: UpstreamFailure, untouched: boolean): void
  /** The upstream went over to the other protocol. `rest` are its first bytes, if any. */
  upgraded?(socket: Socket, head: ResponseHead, rest: Buffer | null): void
}

export interface ConnectionOwner {
  /** The connection may carry another request. */
  released(connection: UpstreamConnection): void
  /** The connection is gone. */
  closed(connection: UpstreamConnection): void
}

/** One HTTP/1.1 connection to an upstream: one request at a time, nothing pipelined. */
export class UpstreamConnection implements Pending {
  readonly socket: Socket
  /** It has carried a request before: the upstream may be closing it at this moment. */
  reused = false
  /** Milliseconds of the monotonic clock. */
  idleSince = 0
  /** Milliseconds for which the upstream says it keeps the connection, or null. */
  idleLimit: number | null = null
  connected = false

  private user: ConnectionUser | null = null
  private parser: ResponseParser | null = null
  private requestDone = true
  private readonly owner: ConnectionOwner
  private error: Error | null = null
  private readonly sink: ResponseSink = {
    head: (head) => this.user?.responseHead(head),
    data: (chunk, last) => {
      if (this.user?.responseData(chunk, last) === false) this.socket.pause()
    },
  }

  constructor(origin: URL, owner: ConnectionOwner) {
    this.owner = owner
    const secure = origin.protocol === 'https:'
    const host = origin.hostname.replace(/^\[(.*)\]$/, '$1')
    const port = Number(origin.port) || (secure ? 443 : 80)
    this.socket = secure
      ? connectTls({ host, port, servername: isIP(host) === 0 ? host : '', ALPNProtocols: ['http/1.1'] })
      : connect({ host, port, noDelay: true })
    this.socket.once(secure ? 'secureConnect' : 'connect', () => {
      this.connected = true
      this.user?.connected()
    })
    this.socket.on('data', this.onData)
    this.socket.on('drain', this.onDrain)
    this.socket.on('end', this.onEnd)
    this.socket.on('error', this.onError)
    this.socket.on('close', this.onClose)
  }

  /** Alive as far as this side can know. */
  get usable(): boolean {
    return !this.socket.destroyed && this.socket.writable && !this.socket.readableEnded
  }

  /**
   * Begins a request. `endRequest` must follow, at once when it has no body. The head waits until the end of this turn of the event loop,
   * so that a small request is one packet, its body included.
   */
  begin(user: ConnectionUser, head: string, method: string, upgradable: boolean): void {
    this.user = user
    this.requestDone = false
    this.parser = new ResponseParser(method, upgradable, this.sink)
    this.socket.cork()
    sendLater(this)
    this.socket.write(head, 'latin1')
    if (this.connected) user.connected()
  }

  send(): void {
    this.socket.uncork()
  }

  /** @returns false when the socket's buffer is full: wait for `drained` */
  write(chunk: Buffer): boolean {
    return this.socket.write(chunk)
  }

  /** Writes one chunk of the chunked coding; never called with an empty one, which would end the body. */
  writeChunk(chunk: Buffer): boolean {
    const { socket } = this
    socket.cork()
    socket.write(`${chunk.length.toString(16)}\r\n`, 'latin1')
    socket.write(chunk)
    const more = socket.write('\r\n', 'latin1')
    socket.uncork()
    return more
  }

  endChunks(): void {
    this.socket.write('0\r\n\r\n', 'latin1')
  }

  /** The whole request has been written. */
  endRequest(): void {
    this.requestDone = true
    this.settle()
  }

  resume(): void {
    this.socket.resume()
  }

  /** Gives up: the upstream sees the connection break. The user hears nothing more. */
  destroy(): void {
    this.user = null
    this.parser = null
    this.socket.destroy()
  }

  /** Ends the response for its user as soon as it is complete. */
  private settle(): void {
    const { parser, user } = this
    if (parser === null || user === null || !parser.done || parser.head === null) return
    if (parser.head.framing.kind === 'upgrade') {
      this.handOver(user, parser)
      return
    }
    // A response that overtakes its request is whole, but the connection still carries the rest of the request.
    const reusable = parser.head.keepAlive && this.requestDone && parser.rest === null && this.usable
    this.user = null
    this.parser = null
    if (reusable) {
      this.idleLimit = parser.head.idleSeconds === null ? null : parser.head.idleSeconds * 1000
      this.reused = true
      // It may have been paused for a client that was slow to the end.
      this.socket.resume()
      this.owner.released(this)
    } else this.socket.destroy()
    user.responseEnd()
  }

  private handOver(user: ConnectionUser, parser: ResponseParser): void {
    const { socket } = this
    socket.off('data', this.onData).off('drain', this.onDrain).off('end', this.onEnd).off('error', this.onError)
    socket.pause()
    this.user = null
    this.parser = null
    if (parser.head === null || user.upgraded === undefined) socket.destroy()
    else user.upgraded(socket, parser.head, parser.rest)
  }

  private fail(failure: UpstreamFailure): void {
    const { user, parser } = this
    this.user = null
    this.parser = null
    this.socket.destroy()
    user?.failed(failure, parser?.started !== true)
  }

  private readonly onData = (chunk: Buffer): void => {
    const { parser } = this
    // Nobody asked: an idle connection on which bytes arrive is not to be trusted with the next request.
    if (parser === null) {
      this.socket.destroy()
      return
    }
    try {
      parser.push(chunk)
    } catch (error) {
      // A mistake of ours costs this exchange, not the process.
      const reason = error instanceof Error ? error.message : String(error)
      this.fail({ kind: error instanceof MalformedResponse ? 'malformed' : 'broken', reason })
      return
    }
    if (this.parser === parser) this.settle()
  }

  private readonly onDrain = (): void => this.user?.drained()

  private readonly onEnd = (): void => {
    if (this.parser?.finish() === true) this.settle()
    else if (this.user === null) this.socket.destroy()
    else this.fail({ kind: 'broken', reason: 'The upstream closed the connection.' })
  }

  private readonly onError = (error: Error): void => {
    this.error = error
  }

  private readonly onClose = (): void => {
    this.owner.closed(this)
    if (this.user === null) return
    const reason = this.error?.message ?? 'The connection was closed.'
    this.fail({ kind: this.connected ? 'broken' : 'unreachable', reason })
  }
}
