import type { TrafficRequest, TrafficSample } from '@holdfast/bundle'
import type { Reference } from '@holdfast/events'
import { Telling } from '../telling.ts'
import { RouteCounter } from './counter.ts'
import { type Named, RouteNames } from './names.ts'
import { Samples } from './samples.ts'
import { shownPath } from './shown-path.ts'
import type { Visit } from './visit.ts'

const flushMs = 2_000

export interface TrafficOptions {
  /** Id of the process. */
  readonly edge: string
  readonly ship: (request: TrafficRequest) => Promise<void>
  /** From 0 to below 1. */
  readonly random: () => number
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** A request at its end. */
export interface Ended {
  readonly application: string
  readonly visit: Visit
  readonly requestId: string
  readonly named: Named
  /** As it was sent: path and query. */
  readonly target: string
  /** That the client got; null: none. */
  readonly status: number | null
  /** As its head declares it; null where it does not. */
  readonly bodyBytes: number | null
  readonly address: string
  readonly person: Reference | null
}

interface OfApplication {
  readonly names: RouteNames
  routes: Map<string, RouteCounter>
  readonly samples: Samples
}

/**
 * Counts what is asked and tells the control plane every two seconds. No request ever waits for it: what cannot be told is lost, and while
 * an answer is awaited the counts of the next moment go on.
 */
export class Traffic {
  private readonly options: TrafficOptions
  private readonly applications = new Map<string, OfApplication>()
  private readonly telling = new Telling(flushMs, () => this.shipAll())

  constructor(options: TrafficOptions) {
    this.options = options
  }

  end(ended: Ended): void {
    const { application, visit, named, status, bodyBytes } = ended
    const own = this.of(application)
    visit.end(bodyBytes)
    const { outcome } = visit
    const now = this.options.now()
    // What the gateway refuses has found no place, and what the application does not know is none.
    const answered = outcome !== 'refused' && status !== null && status < 400
    const route = own.names.name(named, answered, now)
    let counter = own.routes.get(route)
    if (counter === undefined) {
      counter = new RouteCounter()
      own.routes.set(route, counter)
    }
    counter.add(status, visit)
    if (outcome !== 'passed') {
      own.samples.keepFound(sampleOf(ended, route, now))
      return
    }
    const place = own.samples.placeOfPassed()
    if (place >= 0) own.samples.keepPassed(place, sampleOf(ended, route, now))
  }

  /** Tells what was counted, unless an answer is still awaited. */
  flush(): Promise<void> {
    return this.telling.flush()
  }

  close(): Promise<void> {
    return this.telling.close()
  }

  private async shipAll(): Promise<void> {
    const { edge, ship } = this.options
    for (const [application, own] of this.applications) {
      if (own.routes.size === 0) continue
      const routes = [...own.routes].map(([route, counter]) => counter.told(route))
      own.routes = new Map()
      const samples = own.samples.take()
      try {
        await ship({ application, edge, routes, samples })
      } catch {
        // A moment that nobody saw: the next one counts again.
      }
    }
  }

  private of(application: string): OfApplication {
    const known = this.applications.get(application)
    if (known !== undefined) return known
    const made = { names: new RouteNames(), routes: new Map(), samples: new Samples(this.options.random) }
    this.applications.set(application, made)
    return made
  }
}

function sampleOf(ended: Ended, route: string, now: number): TrafficSample {
  const { visit, requestId, named, target, status, address, person } = ended
  const { outcome, code, event, durationMs, upstreamMs } = visit
  return {
    requestId,
    at: Math.round(now),
    route,
    method: named.method.slice(0, 40),
    path: shownPath(target),
    status,
    outcome,
    code,
    event: event === '' ? null : event,
    address: address.slice(0, 64),
    person,
    durationMs: rounded(durationMs),
    upstreamMs: upstreamMs === null ? null : rounded(upstreamMs),
  }
}

const rounded = (ms: number): number => Math.round(ms * 1000) / 1000
