import { z } from 'zod'

/** How the gateway uses the upstreams of an application. */
export interface UpstreamSettings {
  /** `least-outstanding`: the one with the fewest requests under way. */
  readonly choice: 'least-outstanding' | 'round-robin'
  /** A request that has failed before anything can have been done goes once more, to another upstream where there is one. */
  readonly retry: boolean
  /** Takes out an upstream by what becomes of its requests; null: none. */
  readonly eject: {
    /** Connections in a row that could not be made. */
    readonly connects: number
    /** Share of answers with a status of 5xx, 0 to 1, of at least 20 in 10 seconds. Never takes out more than half. */
    readonly errorRate: number
    /** For so long, twice as long each time that it happens again, at most `mostSeconds`. */
    readonly seconds: number
    readonly mostSeconds: number
  } | null
  /** Asks each upstream by itself; two answers in a row that are not as expected take it out, one that is brings it back. */
  readonly check: {
    readonly path: string
    readonly status: number
    readonly seconds: number
    readonly timeoutMs: number
  } | null
}

export const UpstreamSettings: z.ZodType<UpstreamSettings> = z.strictObject({
  choice: z.enum(['least-outstanding', 'round-robin']).default('least-outstanding'),
  retry: z.boolean().default(true),
  eject: z
    .strictObject({
      connects: z.int().min(1).max(1000).default(3),
      errorRate: z.number().min(0.05).max(1).default(0.5),
      seconds: z.int().min(1).max(3600).default(5),
      mostSeconds: z.int().min(1).max(86_400).default(300),
    })
    .nullable()
    .prefault({}),
  check: z
    .strictObject({
      path: z
        .string()
        .regex(/^\/[\x21\x22\x24-\x7e]*$/, 'a path, as /healthz')
        .max(300),
      status: z.int().min(200).max(499).default(200),
      seconds: z.int().min(1).max(3600).default(5),
      timeoutMs: z.int().min(50).max(60_000).default(2000),
    })
    .nullable()
    .default(null),
})
