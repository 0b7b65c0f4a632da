import type { IncomingMessage, ServerResponse } from 'node:http'
import { type LimitSettings, Shedding, Slots } from '@holdfast/http-guard'
import { type Refusal, refusal } from '../refusal/catalogue.ts'

const lookMs = 100
const later = ['Retry-After', '1']

/** How much is under way, and how far this process is behind. */
export class Load {
  private readonly slots = new Slots()
  private readonly shedding = new Shedding()
  private readonly timer: NodeJS.Timeout
  private last = performance.now()

  constructor() {
    this.timer = setInterval(() => {
      const now = performance.now()
      this.shedding.observe(now - this.last - lookMs)
      this.last = now
    }, lookMs)
    this.timer.unref()
  }

  close(): void {
    clearInterval(this.timer)
  }

  /** Refuses, or counts the request as under way until it is over. */
  enter(
    application: string,
    { concurrency, shedAfterMs }: LimitSettings,
    client: string,
    { request, response, tunnel }: { request: IncomingMessage; response: ServerResponse; tunnel: boolean },
  ): Refusal | null {
    if (shedAfterMs !== null && this.shedding.refuses(shedAfterMs, Math.random())) {
      return { ...refusal('overloaded', 'The server is behind; this request was turned away.', later), cause: 'shed' }
    }
    const whole = concurrency.application
    const each = concurrency.perClient
    if (whole === null && each === null) return null
    const own = `${application}\n${client}`
    if (each !== null && !this.slots.enter(own, each)) {
      return {
        ...refusal('rate_limited', `At most ${each} requests at a time.`, later),
        cause: 'requests of one client',
      }
    }
    if (whole !== null && !this.slots.enter(application, whole)) {
      if (each !== null) this.slots.leave(own)
      return { ...refusal('overloaded', 'Too many requests are under way.', later), cause: 'requests of all clients' }
    }
    // A WebSocket goes on when its response has been let go.
    const over = tunnel ? request.socket : response
    over.once('close', () => {
      if (each !== null) this.slots.leave(own)
      if (whole !== null) this.slots.leave(application)
    })
    return null
  }
}
