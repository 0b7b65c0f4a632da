import { z } from 'zod'
import { STEPS } from './counts.ts'
import type { Traffic } from './read.ts'
import type { SeenRequest } from './samples.ts'

const steps = [STEPS.live, STEPS.minute, 300, STEPS.hour]
/** Points of a series, at most: more than anybody can look at. */
const mostPoints = 1500

/** @returns the finest step with which a window has no more points than can be looked at */
const stepFor = (minutes: number): number =>
  minutes <= 15 ? STEPS.live : minutes <= 240 ? STEPS.minute : minutes <= 1440 ? 300 : STEPS.hour

export const TrafficQuery = z
  .strictObject({
    minutes: z.coerce.number().int().min(1).max(10_080).default(15),
    step: z.coerce
      .number()
      .refine((step) => steps.includes(step), `is one of ${steps.join(', ')}`)
      .optional(),
  })
  .transform(({ minutes, step }) => ({ minutes, step: step ?? stepFor(minutes) }))
  .refine(({ minutes, step }) => step > STEPS.live || minutes <= 15, 'steps of 10 seconds reach back 15 minutes')
  .refine(({ minutes, step }) => (minutes * 60) / step <= mostPoints, `are more than ${mostPoints} steps`)

const count = z.int().min(0)
const Latency = z
  .object({ count, p50: z.number(), p95: z.number(), p99: z.number() })
  .nullable()
  .meta({ description: 'Milliseconds, within some 10 %; null where nothing was measured' })

const counts = {
  requests: count,
  status: z.object({ '1xx': count, '2xx': count, '3xx': count, '4xx': count, '5xx': count }),
  refused: z.record(z.string(), count).meta({ description: 'By code' }),
  reported: count,
  bytesIn: count,
  bytesOut: count,
  own: Latency.meta({ description: 'What the gateway took, without waiting for the body of the client' }),
  upstream: Latency.meta({ description: "Until the head of the application's answer" }),
}

const time = z.iso.datetime()

export const TrafficAnswer = z.object({
  from: time,
  to: time,
  step: count,
  series: z.array(z.object({ at: time, ...counts })),
  routes: z.array(z.object({ route: z.string(), ...counts })),
  total: z.object(counts),
  edges: count.meta({ description: 'Gateways and SDKs that told of traffic within the last minute' }),
})

export const showTraffic = ({ from, to, series, routes, ...rest }: Traffic): z.input<typeof TrafficAnswer> => ({
  ...rest,
  from: from.toISOString(),
  to: to.toISOString(),
  series: series.map(({ at, ...point }) => ({ at: at.toISOString(), ...point })),
  routes: [...routes],
})

export const LiveQuery = z.strictObject({
  after: z
    .string()
    .regex(/^\d{1,18}$/, 'is not a place that an earlier answer gave')
    .optional(),
  wait: z.coerce.number().min(0).max(25).default(0),
})

const Sample = z.object({
  requestId: z.uuid(),
  at: time,
  route: z.string(),
  method: z.string(),
  path: z.string(),
  status: z.int().nullable(),
  outcome: z.enum(['passed', 'refused', 'reported']),
  code: z.string().nullable(),
  event: z.uuid().nullable(),
  address: z.string(),
  person: z.object({ type: z.string(), id: z.string() }).nullable(),
  durationMs: z.number(),
  upstreamMs: z.number().nullable(),
  edge: z.string(),
})

export const LiveAnswer = z.object({ items: z.array(Sample), next: z.string() })

export const showSample = ({ at, ...sample }: SeenRequest): z.input<typeof Sample> => ({
  ...sample,
  at: new Date(at).toISOString(),
})
