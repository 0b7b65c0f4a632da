import type { IncomingMessage } from 'node:http'

/** One request as the counts see it: what became of it, and who took how long. */
export class Visit {
  readonly began = performance.now()
  private readonly written: number
  private readonly read: number
  private readonly request: IncomingMessage
  private waitedMs = 0
  private sentAt = 0
  private answeredAt = 0
  /** It is over, and counted. */
  counted = false
  outcome: 'passed' | 'refused' | 'reported' = 'passed'
  code: string | null = null
  event: string | null = null
  /** At its end: how long all of it took, how long it was here, how long the application took; null: it never answered. */
  durationMs = 0
  ownMs = 0
  upstreamMs: number | null = null
  bytesIn = 0
  bytesOut = 0

  constructor(request: IncomingMessage) {
    this.request = request
    this.written = request.socket.bytesWritten
    this.read = request.socket.bytesRead
  }

  refused(code: string, event: string): void {
    this.outcome = 'refused'
    this.code = code
    this.event = event
  }

  reported(code: string, event: string): void {
    if (this.outcome === 'refused') return
    this.outcome = 'reported'
    this.code = code
    this.event = event
  }

  /** The client took so long to send its body. */
  waited(ms: number): void {
    this.waitedMs += ms
  }

  /** The head goes to the application. */
  sent(): void {
    this.sentAt = performance.now()
  }

  /** The head of its answer is there. */
  answered(): void {
    this.answeredAt = performance.now()
  }

  /** @param bytes of the body as its head declares it, null where it does not */
  end(bytes: number | null): void {
    const now = performance.now()
    const { socket } = this.request
    const sent = this.sentAt > 0
    this.durationMs = now - this.began
    // Where the application never answered, what it was waited for is not the gateway's.
    this.ownMs = Math.max(0, (sent ? this.sentAt : now) - this.began - this.waitedMs)
    this.upstreamMs = sent && this.answeredAt > 0 ? this.answeredAt - this.sentAt : null
    this.bytesIn = bytes ?? Math.max(0, socket.bytesRead - this.read)
    this.bytesOut = Math.max(0, socket.bytesWritten - this.written)
  }
}
