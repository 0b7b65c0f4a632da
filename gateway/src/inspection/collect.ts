import type { IncomingMessage, ServerResponse } from 'node:http'
import { refusal, type Refusal, type Room, type Watch } from '@holdfast/sdk/edge/guard'
import type { Active, Renew, Running } from '../forward/active.ts'

const nothing = Buffer.alloc(0)

/** The beginning of a request's body. It is in the room until nobody needs it. */
export class Begun {
  bytes: Buffer
  readonly length: number
  /** Nothing comes after it. */
  readonly whole: boolean
  private room: Room | null

  constructor(bytes: Buffer, whole: boolean, room: Room) {
    this.bytes = bytes
    this.length = bytes.length
    this.whole = whole
    this.room = room
  }

  /** Lets it go. */
  leave(): void {
    this.room?.give(this.length)
    this.room = null
    this.bytes = nothing
  }
}

export interface CollectOptions {
  readonly room: Room
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly active: Active
  readonly expectsContinue: boolean
  readonly watch: Pick<Watch, 'wantsBody' | 'wantsFirst' | 'first'>
  /** What the watch wants is not more than that: what is longer is not read on. */
  readonly mostBytes: number
  /** Milliseconds without a byte. */
  readonly stallMs: number
  readonly session: string | null
  readonly token: string | null
  readonly expiresAt: number | null
  readonly renew: Renew
}

const full = refusal('overloaded', 'Too many bodies are arriving at once.', ['Retry-After', '1'])

/** Reads a request's body before anybody else does. @returns null when the client has gone */
export function collect(options: CollectOptions): Promise<Begun | Refusal | null> {
  return new Promise((resolve) => new Collecting(options, resolve).start())
}

class Collecting implements Running {
  readonly endless = false
  slot = -1
  readonly session: string | null
  readonly token: string | null
  expiresAt: number | null
  readonly renew: Renew
  deadline = 0

  private readonly options: CollectOptions
  private readonly settle: (result: Begun | Refusal | null) => void
  private readonly chunks: Buffer[] = []
  private length = 0

  constructor(options: CollectOptions, settle: (result: Begun | Refusal | null) => void) {
    this.options = options
    this.settle = settle
    this.session = options.session
    this.token = options.token
    this.expiresAt = options.expiresAt
    this.renew = options.renew
  }

  start(): void {
    const { request, response, active, expectsContinue } = this.options
    active.add(this)
    this.wait()
    response.on('close', this.onClose)
    if (expectsContinue) response.writeContinue()
    request.on('data', this.onData).on('end', this.onEnd)
  }

  overdue(): void {
    this.finish({ ...refusal('request_timeout', 'The body of the request stopped arriving.'), cause: 'body stalled' })
  }

  cut(): void {
    this.finish({ ...refusal('unauthenticated', 'The session has ended.'), cause: 'session ended' })
  }

  private wait(): void {
    this.deadline = performance.now() + this.options.stallMs
  }

  private finish(result: Begun | Refusal | null): void {
    const { request, response, active } = this.options
    active.delete(this)
    response.off('close', this.onClose)
    request.off('data', this.onData).off('end', this.onEnd)
    if (result instanceof Begun) response.once('close', () => result.leave())
    else this.options.room.give(this.length)
    this.settle(result)
  }

  private readonly onData = (chunk: Buffer): void => {
    if (!this.options.room.take(chunk.length)) {
      this.finish({ ...full, cause: 'bodies under inspection' })
      return
    }
    this.chunks.push(chunk)
    this.length += chunk.length
    this.wait()
    const { watch, mostBytes } = this.options
    if (watch.wantsFirst > 0) watch.first(Buffer.concat(this.chunks))
    if (this.length <= Math.min(watch.wantsBody, mostBytes)) return
    this.options.request.pause()
    this.finish(new Begun(Buffer.concat(this.chunks), false, this.options.room))
  }

  private readonly onEnd = (): void => {
    const [only] = this.chunks
    const bytes = this.chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.chunks)
    this.finish(new Begun(bytes, true, this.options.room))
  }

  private readonly onClose = (): void => this.finish(null)
}
