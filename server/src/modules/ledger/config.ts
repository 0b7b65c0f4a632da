import { z } from 'zod'
import { retentionConfig } from './retention/config.ts'
import { sinksConfig } from './sinks/config.ts'
import { telemetryConfig } from './telemetry/config.ts'

/** Settings of the ledger (`ledger:` in holdfast.yaml). */
export const ledgerConfig = z.strictObject({
  origin: z
    .string()
    .max(200)
    .regex(/^[!-*,-~]+$/, 'a name without spaces and without +')
    .optional()
    .describe(
      'The name of the log, in every checkpoint. It is fixed when the log begins; host of publicUrl and /log when not said.',
    ),
  batch: z
    .int()
    .min(1)
    .max(10_000)
    .default(4000)
    .describe('Events that one transaction of the sequencer takes into the log at most.'),
  checkpointMilliseconds: z
    .int()
    .min(100)
    .max(60_000)
    .default(1000)
    .describe('Time from one signed checkpoint of the log to the next at least.'),
  pollMilliseconds: z
    .int()
    .min(20)
    .max(10_000)
    .default(5000)
    .describe(
      'How often the sequencer looks by itself, for what a process wrote that ended before it had its place; whoever writes wakes the one of its own process.',
    ),
  anchors: z
    .array(
      z.union([
        z.strictObject({ file: z.string().min(1).max(4096) }),
        z.strictObject({
          database: z.string().regex(/^postgres(?:ql)?:\/\//, 'a postgres:// URL'),
        }),
      ]),
    )
    .max(8)
    .default([])
    .describe(
      'Where checkpoints of the log are kept out of its reach, each `{ file: path }` or `{ database: url }`. A log that does not continue what is kept is not appended to until an operator acknowledges it.',
    )
    .meta({ secret: true }),
  anchorSeconds: z
    .int()
    .min(1)
    .max(3600)
    .default(10)
    .describe('How often the newest checkpoint is anchored, and the log compared with what is kept.'),
  retention: retentionConfig,
  sinks: sinksConfig.prefault({}),
  telemetry: telemetryConfig,
})

export type LedgerConfig = z.output<typeof ledgerConfig>
