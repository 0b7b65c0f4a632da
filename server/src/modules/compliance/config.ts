import { z } from 'zod'

/** Settings of the controls (`compliance:` in holdfast.yaml). */
export const complianceConfig = z.strictObject({
  /** seconds for which a result is shown before the controls run again */
  cacheSeconds: z.int().min(0).max(3600).default(10),
  /** seconds after which a control that does not answer is unknown */
  timeoutSeconds: z.int().min(1).max(60).default(10),
})

export type ComplianceConfig = z.output<typeof complianceConfig>
