import { ChunkedDecoder } from './chunked.ts'
import { MalformedResponse, parseResponseHead, type ResponseHead } from './response-head.ts'

export interface ResponseSink {
  readonly head: (head: ResponseHead) => void
  /** A part of the body, decoded. @param last the body ends with it, as is known of one whose length was told */
  readonly data: (chunk: Buffer, last: boolean) => void
}

const longestHead = 64 * 1024
const mostInterim = 8
const endOfHead = Buffer.from('\r\n\r\n')

/**
 * Parses one response as its bytes arrive. Interim responses (1xx, RFC 9110 section 15.2) are dropped: the gateway answers
 * `Expect: 100-continue` itself.
 */
export class ResponseParser {
  /** The response is complete. */
  done = false
  head: ResponseHead | null = null
  /** Bytes after the end of the response: the beginning of the other protocol after a 101, garbage otherwise. */
  rest: Buffer | null = null
  /** Any byte has arrived. */
  started = false

  private pending: Buffer | null = null
  private remaining = 0
  private interim = 0
  private chunks: ChunkedDecoder | null = null
  private readonly method: string
  private readonly sink: ResponseSink
  private readonly upgradable: boolean

  /** @param upgradable the request asked for another protocol, so that 101 is an answer */
  constructor(method: string, upgradable: boolean, sink: ResponseSink) {
    this.method = method
    this.upgradable = upgradable
    this.sink = sink
  }

  /** @throws MalformedResponse */
  push(chunk: Buffer): void {
    this.started = true
    if (this.done) this.keepRest(chunk)
    else if (this.head === null) this.pushHead(chunk)
    else this.pushBody(chunk)
  }

  /**
   * The upstream has closed its side.
   * @returns whether the response is complete; false means that it was cut off
   */
  finish(): boolean {
    if (this.head?.framing.kind === 'close') this.done = true
    return this.done
  }

  private pushHead(chunk: Buffer): void {
    const bytes = this.pending === null ? chunk : Buffer.concat([this.pending, chunk])
    const from = this.pending === null ? 0 : Math.max(0, this.pending.length - 3)
    const end = bytes.indexOf(endOfHead, from)
    if (end > longestHead || (end < 0 && bytes.length > longestHead)) {
      throw new MalformedResponse('The response head is too large.')
    }
    if (end < 0) {
      this.pending = bytes
      return
    }
    this.pending = null
    const head = parseResponseHead(bytes.toString('latin1', 0, end), this.method)
    const body = end + 4 < bytes.length ? bytes.subarray(end + 4) : null
    if (head.status < 200 && head.status !== 101) {
      if (++this.interim > mostInterim) throw new MalformedResponse('Too many interim responses.')
      if (body !== null) this.pushHead(body)
      return
    }
    if (head.status === 101 && !this.upgradable) throw new MalformedResponse('Nobody asked for another protocol.')
    this.begin(head)
    if (body !== null) this.push(body)
  }

  private begin(head: ResponseHead): void {
    this.head = head
    if (head.framing.kind === 'length') this.remaining = head.framing.bytes
    else if (head.framing.kind === 'chunked') this.chunks = new ChunkedDecoder()
    this.done = head.framing.kind === 'none' || head.framing.kind === 'upgrade'
    this.sink.head(head)
  }

  private pushBody(chunk: Buffer): void {
    if (this.chunks !== null) {
      const used = this.chunks.push(chunk, this.part)
      this.done = this.chunks.done
      if (used < chunk.length) this.keepRest(chunk.subarray(used))
    } else if (this.head?.framing.kind === 'close') this.sink.data(chunk, false)
    else {
      const used = Math.min(this.remaining, chunk.length)
      this.remaining -= used
      this.done = this.remaining === 0
      this.sink.data(used === chunk.length ? chunk : chunk.subarray(0, used), this.done)
      if (used < chunk.length) this.keepRest(chunk.subarray(used))
    }
  }

  private readonly part = (chunk: Buffer): void => this.sink.data(chunk, false)

  private keepRest(chunk: Buffer): void {
    this.rest = this.rest === null ? chunk : Buffer.concat([this.rest, chunk])
  }
}
