import { z } from 'zod'

/** Settings of retention (`ledger.retention`). */
export const retentionConfig = z
  .strictObject({
    days: z
      .int()
      .min(30)
      .max(36_500)
      .default(365)
      .describe('Days for which an event is kept where no rule says otherwise.'),
    leastDays: z
      .int()
      .min(30)
      .max(36_500)
      .default(90)
      .describe('No rule may keep events for fewer days. 30 is the least that the database itself allows.'),
    mostDays: z.int().min(30).max(36_500).default(3_660).describe('No rule may keep events for more days.'),
    batch: z
      .int()
      .min(100)
      .max(20_000)
      .default(5_000)
      .describe('Events that one transaction of the prune job removes at most.'),
  })
  .refine(({ days, leastDays, mostDays }) => leastDays <= days && days <= mostDays, {
    path: ['days'],
    error: 'must lie between leastDays and mostDays',
  })
  .prefault({})

export type RetentionConfig = z.output<typeof retentionConfig>
