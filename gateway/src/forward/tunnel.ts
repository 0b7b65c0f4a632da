import type { Socket } from 'node:net'
import type { Protect } from '@holdfast/sdk/edge/guard'
import { writeResponseHead } from './response-head.ts'
import type { ResponseHead } from '../upstream/response-head.ts'
import type { Active, Renew, Running } from './active.ts'

export interface TunnelOptions {
  readonly client: Socket
  /** Bytes that the client sent right behind its request. */
  readonly clientRest: Buffer
  readonly upstream: Socket
  readonly upstreamRest: Buffer | null
  /** The upstream's 101. */
  readonly head: ResponseHead
  readonly requestId: string
  readonly protect: Protect
  readonly active: Active
  readonly session: string | null
  readonly token: string | null
  readonly expiresAt: number | null
  /** Milliseconds between two calls of `stillAllowed`. */
  readonly checkMs: number
  /** Whether the credential and the route would let this WebSocket through again. */
  readonly stillAllowed: () => Promise<boolean>
  /** Whether the policies would. */
  readonly stillPermitted: () => boolean
  readonly renew: Renew
}

/**
 * An open WebSocket: bytes both ways, not understood. It ends with either side, with the session on which it was let
 * through, and with the gateway.
 */
export class Tunnel implements Running {
  readonly endless = true
  slot = -1
  deadline: number
  readonly session: string | null
  readonly token: string | null
  expiresAt: number | null
  readonly renew: Renew
  private readonly options: TunnelOptions
  private over = false

  constructor(options: TunnelOptions) {
    this.options = options
    this.session = options.session
    this.token = options.token
    this.expiresAt = options.expiresAt
    this.renew = options.renew
    this.deadline = performance.now() + options.checkMs
  }

  start(): void {
    const { client, clientRest, upstream, upstreamRest, head, active, requestId, protect } = this.options
    active.add(this)
    // Without a word from either side for long, TCP itself finds out whether both are still there.
    for (const socket of [client, upstream]) socket.setTimeout(0).setKeepAlive(true, keepAliveMs).setNoDelay(true)
    client.on('error', ignore).on('close', () => this.closed(upstream))
    upstream.on('error', ignore).on('close', () => this.closed(client))
    client.write(writeResponseHead(head, { requestId, protect }), 'latin1')
    if (upstreamRest !== null) client.write(upstreamRest)
    if (clientRest.length > 0) upstream.write(clientRest)
    // `pipe` keeps the backpressure, and passes on a half-close: the last frames of the other side still arrive.
    client.pipe(upstream)
    upstream.pipe(client)
  }

  /** Time to look again: a service's key is not in the revocation feed, and a route may have changed. */
  overdue(): void {
    const { checkMs, stillAllowed } = this.options
    this.deadline = performance.now() + checkMs
    if (!this.stillPermitted()) return this.cut()
    stillAllowed().then(
      (allowed) => {
        if (!allowed) this.cut()
      },
      () => this.cut(),
    )
  }

  stillPermitted(): boolean {
    return this.options.stillPermitted()
  }

  cut(): void {
    this.end()
    this.options.client.destroy()
    this.options.upstream.destroy()
  }

  /** One side is gone; the other still gets what was written to it. */
  private closed(other: Socket): void {
    this.end()
    other.destroySoon()
  }

  private end(): void {
    if (this.over) return
    this.over = true
    this.options.active.delete(this)
  }
}

const keepAliveMs = 30_000
/** `close` follows every error. */
const ignore = (): void => undefined
