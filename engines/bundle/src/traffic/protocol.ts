import { ApplicationId, Reference } from '@holdfast/events'
import { z } from 'zod'
import { LATENCY_BUCKETS } from './latency.ts'

/** What came on one route since the last report. */
export interface RouteTraffic {
  /** `GET /orders/{id}`, or `other` */
  readonly route: string
  readonly requests: number
  /** By class of the status that was sent: 1xx to 5xx. */
  readonly status: readonly [number, number, number, number, number]
  /** By code. */
  readonly refused: Readonly<Record<string, number>>
  /** Let through, though something was found. */
  readonly reported: number
  readonly bytesIn: number
  readonly bytesOut: number
  /** Histograms by `latencyBucket`: what the edge itself took, and the upstream until the head of its answer. */
  readonly own: readonly number[]
  readonly upstream: readonly number[]
}

/** One request, for the live view. No values of the query, no body. */
export interface TrafficSample {
  readonly requestId: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly route: string
  readonly method: string
  readonly path: string
  /** Null where the client got none. */
  readonly status: number | null
  readonly outcome: 'passed' | 'refused' | 'reported'
  readonly code: string | null
  /** Id of the event that tells more. */
  readonly event: string | null
  readonly address: string
  readonly person: Reference | null
  readonly durationMs: number
  readonly upstreamMs: number | null
}

/** `POST /api/v1/edge/traffic` */
export interface TrafficRequest {
  readonly application: string
  /** Id of the process. */
  readonly edge: string
  readonly routes: readonly RouteTraffic[]
  readonly samples: readonly TrafficSample[]
}

export interface TrafficResponse {
  readonly accepted: number
}

/** Routes that an edge counts apart; the rest is `other`. */
export const TRAFFIC_ROUTES_MOST = 200 as const
export const TRAFFIC_SAMPLES_MOST = 40 as const

const count = z.int().nonnegative()
const histogram = z.array(count).max(LATENCY_BUCKETS)
const milliseconds = z.number().nonnegative()
const route = z.string().min(1).max(400)
const code = z.string().regex(/^[a-z][a-z_]{0,63}$/)

const RouteTraffic: z.ZodType<RouteTraffic> = z.strictObject({
  route,
  requests: count,
  status: z.tuple([count, count, count, count, count]),
  refused: z.record(code, count).refine((codes) => Object.keys(codes).length <= 64),
  reported: count,
  bytesIn: count,
  bytesOut: count,
  own: histogram,
  upstream: histogram,
})

const TrafficSample: z.ZodType<TrafficSample> = z.strictObject({
  requestId: z.uuid(),
  at: count,
  route,
  method: z.string().max(40),
  path: z.string().max(1000),
  status: z.int().min(100).max(599).nullable(),
  outcome: z.enum(['passed', 'refused', 'reported']),
  code: code.nullable(),
  event: z.uuid().nullable(),
  address: z.string().max(64),
  person: Reference.nullable(),
  durationMs: milliseconds,
  upstreamMs: milliseconds.nullable(),
})

export const TrafficRequest: z.ZodType<TrafficRequest> = z.strictObject({
  application: ApplicationId,
  edge: z.string().min(1).max(64),
  routes: z.array(RouteTraffic).max(TRAFFIC_ROUTES_MOST + 1),
  samples: z.array(TrafficSample).max(TRAFFIC_SAMPLES_MOST),
})

export const TrafficResponse: z.ZodType<TrafficResponse> = z.object({ accepted: count })
