import { z } from 'zod'

/** Settings of the keys that sign tokens (`oauth.keys:` in holdfast.yaml). */
export const keysConfig = z
  .strictObject({
    rotateDays: z.int().min(1).max(730).default(90).describe('After so many days the next key signs.'),
    publishAheadSeconds: z
      .int()
      .min(60)
      .max(30 * 86_400)
      .default(3600)
      .describe(
        'A key is published at least this long before it signs: everybody who keeps the key set has seen it by then.',
      ),
    jwksSeconds: z
      .int()
      .min(10)
      .max(86_400)
      .default(300)
      .describe('How long the key set may be kept (Cache-Control); less than publishAheadSeconds.'),
    keepDays: z
      .int()
      .min(1)
      .max(365)
      .default(8)
      .describe('A key that signs no longer stays published for so many days: at least as long as a session may last.'),
  })
  .prefault({})
  .refine(({ jwksSeconds, publishAheadSeconds }) => jwksSeconds < publishAheadSeconds, {
    message: 'less than publishAheadSeconds',
    path: ['jwksSeconds'],
  })

export type SigningKeysConfig = z.output<typeof keysConfig>
