import { z } from 'zod'

/** Settings of the ledger (`ledger:` in holdfast.yaml). */
export const ledgerConfig = z.strictObject({
  /** events that one transaction of the sequencer numbers at most */
  batch: z.int().min(1).max(10_000).default(500),
  /** how often the sequencer looks by itself, in milliseconds; a writer in the same process wakes it at once */
  pollMilliseconds: z.int().min(20).max(10_000).default(200),
})

export type LedgerConfig = z.output<typeof ledgerConfig>
