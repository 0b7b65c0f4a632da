import { z } from 'zod'
import { retentionConfig } from './retention/config.ts'
import { telemetryConfig } from './telemetry/config.ts'

/** Settings of the ledger (`ledger:` in holdfast.yaml). */
export const ledgerConfig = z.strictObject({
  batch: z
    .int()
    .min(1)
    .max(10_000)
    .default(500)
    .describe('Events that one transaction of the sequencer numbers at most.'),
  pollMilliseconds: z
    .int()
    .min(20)
    .max(10_000)
    .default(200)
    .describe('How often the sequencer looks by itself; a writer of the same process wakes it at once.'),
  retention: retentionConfig,
  telemetry: telemetryConfig,
})

export type LedgerConfig = z.output<typeof ledgerConfig>
