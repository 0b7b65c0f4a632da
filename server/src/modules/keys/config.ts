import { z } from 'zod'

/** NIST SP 800-38D, section 8.3: with random nonces, fewer than 2^32 messages a key. A quarter of that is well before. */
const wellBefore = 2 ** 30

/** Settings of the key hierarchy (`keys:` in holdfast.yaml). */
export const keysConfig = z
  .strictObject({
    cacheSeconds: z
      .int()
      .min(1)
      .max(600)
      .default(60)
      .describe('How long a process keeps an unwrapped data key in memory. Destroyed keys are dropped at once.'),
    cacheEntries: z.int().min(10).max(1_000_000).default(20_000).describe('Unwrapped data keys in memory at most.'),
    messagesPerKey: z
      .int()
      .min(16)
      .max(2 ** 31)
      .default(wellBefore)
      .describe('After so many encrypted values a data key is replaced by a new one; it still opens what it closed.'),
    kekDays: z
      .int()
      .min(1)
      .max(3650)
      .default(90)
      .describe('After so many days the key-encryption key is replaced, and every data key wrapped anew.'),
    dataKeyDays: z
      .int()
      .min(1)
      .max(3650)
      .default(365)
      .describe('After so many days a data key of a purpose is replaced for what is written from then on.'),
    retireSeconds: z
      .int()
      .min(0)
      .max(86_400)
      .default(120)
      .describe(
        'So long after its replacement a key-encryption key is kept, for replicas that have not heard of it yet.',
      ),
  })
  .refine(({ retireSeconds, cacheSeconds }) => retireSeconds > cacheSeconds, {
    path: ['retireSeconds'],
    message: 'more than keys.cacheSeconds: so long a replica may go on with a key that was replaced',
  })

export type KeysConfig = z.output<typeof keysConfig>
