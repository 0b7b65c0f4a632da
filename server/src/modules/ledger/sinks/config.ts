import { isAbsolute } from 'node:path'
import { z } from 'zod'

/** Settings of the sinks (`ledger.sinks:` in holdfast.yaml). */
export const sinksConfig = z.strictObject({
  directory: z
    .string()
    .max(1000)
    .refine(isAbsolute, 'an absolute path')
    .optional()
    .describe('Folder below which sinks of the kind file may write. Without it there are none of that kind.'),
  allowPrivate: z
    .boolean()
    .optional()
    .describe(
      'Whether sinks may send to private and loopback addresses. Default: in development yes, in production no. Link-local and metadata addresses are refused in any case.',
    ),
})

export type SinksConfig = z.output<typeof sinksConfig>
