import { z } from 'zod'

/** Settings of what is recorded often, and of how the ledger watches itself (`ledger.telemetry`). */
export const telemetryConfig = z
  .strictObject({
    httpActivity: z
      .enum(['none', 'refused', 'all'])
      .default('refused')
      .describe(
        'Which requests to the control plane itself are events, beside the events of what they do: none, those that were refused (status 400 and above), all.',
      ),
    room: z
      .int()
      .min(100)
      .max(1_000_000)
      .default(10_000)
      .describe('High-volume events that wait in memory at most; what is more is counted and told as a gap.'),
    batch: z.int().min(1).max(5_000).default(500).describe('High-volume events that are written in one transaction.'),
    delayMilliseconds: z
      .int()
      .min(10)
      .max(60_000)
      .default(1_000)
      .describe('How long a high-volume event waits for others at most.'),
    heartbeatSeconds: z
      .int()
      .min(5)
      .max(3_600)
      .default(60)
      .describe('How often each process records that it is alive.'),
    stalledSeconds: z
      .int()
      .min(5)
      .max(3_600)
      .default(60)
      .describe('An event that waits longer than this for its place in the log is an alarm.'),
    diskMegabytes: z
      .int()
      .min(0)
      .max(10_000_000)
      .default(1_024)
      .describe(
        'Free space on the disk of the embedded database below which `disk.low` is recorded. 0 switches it off.',
      ),
  })
  .prefault({})

export type TelemetryConfig = z.output<typeof telemetryConfig>
