import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { type Refusal, refusal, type Room, type Watch } from '../edge/guard/index.ts'

export interface TakeOptions {
  readonly room: Room
  /** How many bytes are wanted; of a longer body one part more is read. */
  readonly watch: Pick<Watch, 'wantsBody' | 'wantsFirst' | 'first'>
  readonly stallMs: number
}

// oxlint-disable-next-line typescript/unbound-method -- it is put back onto a stream
const { push } = Readable.prototype

/** Bytes that are held before it is known whether anybody wants them. */
const mostUnasked = 64 * 1024

const stalled = { ...refusal('request_timeout', 'The body of the request stopped arriving.'), cause: 'body stalled' }
const full = {
  ...refusal('overloaded', 'Too many bodies are arriving at once.', ['Retry-After', '1']),
  cause: 'bodies under inspection',
}

/**
 * Holds a request's body back before anybody reads it. Node's parser hands each part to the stream's `push`; there it is stopped, so that the
 * stream itself stays as it was: parsers, pipes and async iteration find it afterwards as if it had just arrived.
 */
export class Gate {
  private readonly request: IncomingMessage
  /** What the parser brought since, and what had come before: that lies in the stream already. */
  private readonly held: Buffer[] = []
  private readonly before: Buffer[] = []
  private length = 0
  private ended = false
  private closed: boolean
  private taking: Taking | null = null

  /** @returns null where somebody has begun to read it */
  static before(request: IncomingMessage): Gate | null {
    return request.readableDidRead || request.readableFlowing === true ? null : new Gate(request)
  }

  private constructor(request: IncomingMessage) {
    this.request = request
    while (request.readableLength > 0) this.before.push(request.read() as Buffer)
    if (this.before.length > 0) request.unshift(Buffer.concat(this.before))
    this.length = this.before.reduce((sum, { length }) => sum + length, 0)
    this.closed = !request.complete
    if (this.closed) request.push = (chunk: Buffer | null) => this.push(chunk)
  }

  /** @returns the body, or as much of it as is wanted; null when the client has gone */
  take(options: TakeOptions): Promise<Buffer | Refusal | null> {
    return new Promise((settle) => {
      this.taking = new Taking(this.request, options, settle)
      if (!this.taking.add(this.length)) return
      if (this.isOver()) this.settle()
      // oxlint-disable-next-line no-underscore-dangle -- a stream's own way to ask for more: the parser may have been told to stop
      else this.request._read(0)
    })
  }

  /** Lets it through: whoever reads the request reads what was held, and what comes after it. */
  release(): void {
    const { request } = this
    if (!this.closed) return
    this.closed = false
    // Set, and not deleted: an object that properties are deleted from is slow for whoever uses it later.
    request.push = push
    for (const chunk of this.held) request.push(chunk)
    if (this.ended) request.push(null)
  }

  /** Nobody will read it. */
  drop(): void {
    this.held.length = 0
    this.release()
  }

  private push(chunk: Buffer | null): boolean {
    if (chunk === null) {
      this.ended = true
      this.settle()
      return true
    }
    this.held.push(chunk)
    this.length += chunk.length
    if (this.taking === null) return this.length <= mostUnasked
    if (!this.taking.add(chunk.length)) return false
    if (!this.isOver()) return true
    this.settle()
    return false
  }

  private isOver(): boolean {
    if (this.ended || this.request.complete) return true
    const watch = this.taking?.watch
    if (watch === undefined) return false
    if (watch.wantsFirst > 0) watch.first(this.all())
    return this.length > watch.wantsBody
  }

  private all(): Buffer {
    return Buffer.concat([...this.before, ...this.held])
  }

  private settle(): void {
    this.taking?.finish(this.all())
  }
}

/** Somebody waits for the body. */
class Taking {
  readonly watch: TakeOptions['watch']
  private readonly request: IncomingMessage
  private readonly room: Room
  private readonly settle: (result: Buffer | Refusal | null) => void
  private readonly timer: NodeJS.Timeout
  private taken = 0
  private over = false

  constructor(request: IncomingMessage, { room, watch, stallMs }: TakeOptions, settle: Taking['settle']) {
    this.request = request
    this.room = room
    this.watch = watch
    this.settle = settle
    this.timer = setTimeout(() => this.finish(stalled), stallMs)
    request.once('close', this.onClose)
  }

  /** @returns false where there is no room for it */
  add(bytes: number): boolean {
    if (this.over) return false
    if (!this.room.take(bytes)) {
      this.finish(full)
      return false
    }
    this.taken += bytes
    this.timer.refresh()
    return true
  }

  finish(result: Buffer | Refusal | null): void {
    if (this.over) return
    this.over = true
    clearTimeout(this.timer)
    this.request.off('close', this.onClose)
    this.room.give(this.taken)
    this.settle(result)
  }

  private readonly onClose = (): void => this.finish(null)
}
