import { z } from 'zod'

/** Settings of federation (`signin.federation:` in holdfast.yaml). */
export const federationConfig = z.strictObject({
  allowPrivate: z
    .boolean()
    .optional()
    .describe(
      'Whether providers may be at private and loopback addresses, and without https. Default: in development yes, in production no. Link-local and metadata addresses are refused in any case.',
    ),
})
