import { z } from 'zod'

/** Settings of the controls (`compliance:` in holdfast.yaml). */
export const complianceConfig = z.strictObject({
  cacheSeconds: z
    .int()
    .min(0)
    .max(3600)
    .default(10)
    .describe('Seconds for which a result is shown before the controls run again.'),
  timeoutSeconds: z
    .int()
    .min(1)
    .max(60)
    .default(10)
    .describe('Seconds after which a control that does not answer is unknown.'),
})

export type ComplianceConfig = z.output<typeof complianceConfig>
