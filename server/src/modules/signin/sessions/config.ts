import { z } from 'zod'
import { presetNames } from './presets.ts'

/** The two limits, said by themselves: they take the place of the preset's. */
export const limitSettings = {
  idleMinutes: z
    .int()
    .min(1)
    .max(60 * 24 * 30)
    .optional()
    .describe('A session that is not used for this long ends. In place of what the preset says.'),
  absoluteHours: z
    .int()
    .min(1)
    .max(24 * 90)
    .optional()
    .describe('A session ends this long after the sign-in, however much it is used. In place of what the preset says.'),
}

export const sessionsConfig = z
  .strictObject({
    preset: z
      .enum(presetNames)
      .default('standard')
      .describe('How long sessions last: `standard` 12 h unused, 7 days; `strict` 1 h, 24 h; `pci` 15 minutes, 12 h.'),
    rotateMinutes: z
      .int()
      .min(1)
      .max(24 * 60)
      .default(15)
      .describe('The token of a session is replaced at its first use after this long.'),
    overlapSeconds: z
      .int()
      .min(10)
      .max(30)
      .default(20)
      .describe('How long the replaced token is still taken once the new one has been used.'),
    reusedToken: z
      .enum(['refuse', 'end'])
      .default('refuse')
      .describe('What a replaced token does that is used after that: it is refused, or it ends the session as well.'),
    most: z.int().min(1).max(1000).default(50).describe('Sign-ins that a person may have at the same time.'),
    whenFull: z
      .enum(['evict-oldest', 'deny'])
      .default('evict-oldest')
      .describe('What a sign-in beyond that does: it ends the one that was used longest ago, or is refused.'),
  })
  .prefault({})
  .describe('Sessions.')
