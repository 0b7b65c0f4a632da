import type { EdgeRecord } from '@holdfast/sdk/edge'
import { LRUCache } from 'lru-cache'
import type { Asker } from './asker.ts'
import { catalogue, type RefusalCode } from './catalogue.ts'

export interface ReporterOptions {
  /** Ships an event. @returns its id */
  readonly record: (event: EdgeRecord) => string
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** The application under which events are recorded that concern none: the installation itself. */
const installation = 'holdfast'
const windowMs = 60_000
/** Events per minute of one address and reason, and of one reason from all addresses together. */
const mostPerAddress = 20
const mostPerReason = 1000
const mostSeries = 10_000

interface Series {
  readonly since: number
  readonly code: RefusalCode
  readonly address: string | null
  readonly application: string | null
  told: number
  untold: number
  lastId: string
}

/**
 * Makes every refusal an event, and keeps a flood of them from becoming a flood of events: after twenty in a minute for
 * the same address and reason the rest is counted, and one summary says how many there were.
 */
export class Reporter {
  private readonly options: ReporterOptions
  private readonly series: LRUCache<string, Series>
  private readonly timer: NodeJS.Timeout

  constructor(options: ReporterOptions) {
    this.options = options
    this.series = new LRUCache({ max: mostSeries, dispose: (series) => this.summarise(series) })
    this.timer = setInterval(() => this.endOldSeries(), 5000)
    this.timer.unref()
  }

  /**
   * Records the refusal of a request.
   * @param cause what only operators may read
   * @returns id of the event, or of the last one of a series that is being counted
   */
  refused(code: RefusalCode, asker: Asker, requestId: string, cause?: string): string {
    const outcome = catalogue[code].status >= 500 ? 'failure' : 'refused'
    return this.tell(code, asker, () => ({
      kind: 'request.refused',
      outcome,
      reason: code,
      actor: asker.actor,
      application: asker.application ?? installation,
      source: { address: asker.address, userAgent: asker.userAgent },
      requestId,
      data: { ...request(asker), status: catalogue[code].status, ...(cause !== undefined && { cause }) },
    }))
  }

  /** Records that an answer was broken off after it had begun. */
  broken(code: RefusalCode, asker: Asker, requestId: string, cause: string): string {
    return this.tell(code, asker, () => ({
      kind: 'response.broken',
      outcome: 'failure',
      reason: code,
      actor: asker.actor,
      application: asker.application ?? installation,
      source: { address: asker.address, userAgent: asker.userAgent },
      requestId,
      data: { ...request(asker), cause },
    }))
  }

  /** Ends all series, with their summaries. */
  close(): void {
    clearInterval(this.timer)
    this.series.clear()
  }

  private tell(code: RefusalCode, asker: Asker, event: () => EdgeRecord): string {
    const own = this.one(`${asker.address} ${code}`, code, asker.address, asker.application)
    const all = this.one(code, code, null, null)
    if (own.told >= mostPerAddress) {
      own.untold++
      return own.lastId
    }
    own.told++
    if (all.told >= mostPerReason) {
      all.untold++
      return all.lastId
    }
    all.told++
    const id = this.options.record(event())
    own.lastId = id
    all.lastId = id
    return id
  }

  private one(key: string, code: RefusalCode, address: string | null, application: string | null): Series {
    const now = this.options.now()
    const known = this.series.get(key)
    if (known !== undefined && now - known.since < windowMs) return known
    const series: Series = { since: now, code, address, application, told: 0, untold: 0, lastId: '' }
    // Replacing the old one disposes of it, and so tells its summary.
    this.series.set(key, series)
    return series
  }

  private endOldSeries(): void {
    const now = this.options.now()
    for (const [key, { since }] of this.series.entries()) if (now - since >= windowMs) this.series.delete(key)
  }

  private summarise({ code, address, application, told, untold, since, lastId }: Series): void {
    if (untold === 0) return
    this.options.record({
      kind: 'request.refused',
      outcome: 'refused',
      reason: code,
      application: application ?? installation,
      source: { address, userAgent: null },
      data: { summary: true, told, more: untold, since: new Date(since).toISOString(), last: lastId },
    })
  }
}

function request({ method, path, queryNames, host }: Asker): Record<string, unknown> {
  return { method, path, host, ...(queryNames.length > 0 && { query: queryNames }) }
}
