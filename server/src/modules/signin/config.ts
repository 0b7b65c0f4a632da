import { z } from 'zod'
import { federationConfig } from './federation/config.ts'
import { mfaConfig, passkeysConfig } from './mfa/config.ts'
import { passwordsConfig } from './passwords/config.ts'
import { limitSettings, sessionsConfig } from './sessions/config.ts'

export const signinConfig = z.strictObject({
  ...limitSettings,
  sessions: sessionsConfig,
  bootstrapHours: z
    .int()
    .min(1)
    .max(24 * 30)
    .default(72)
    .describe('How long the first set-up link and the bootstrap token hold, from the first start.'),
  passwordLength: z
    .int()
    .min(15)
    .max(64)
    .default(15)
    .describe('The fewest characters of a new password (NIST SP 800-63B-4: 15 where it is the only factor).'),
  passwords: passwordsConfig,
  argon2: z
    .strictObject({
      memoryKib: z
        .int()
        .min(7168)
        .max(1024 * 1024)
        .default(19_456)
        .describe('Memory of one argon2id hash.'),
      iterations: z.int().min(1).max(16).default(2).describe('Passes over that memory.'),
      parallelism: z.int().min(1).max(4).default(1).describe('Lanes.'),
    })
    .prefault({})
    .describe('Cost of a password hash. Old hashes are made anew when their person signs in.'),
  throttle: z
    .strictObject({
      accountFree: z
        .int()
        .min(1)
        .max(100)
        .default(10)
        .describe('Attempts on one account before each must wait; so many at once, too.'),
      addressFree: z.int().min(1).max(10_000).default(100).describe('Attempts from one address before each must wait.'),
      longestSeconds: z.int().min(1).max(3600).default(900).describe('The longest wait. It doubles up to here.'),
    })
    .prefault({})
    .describe('Brakes on guessing passwords. No account is ever locked for good.'),
  mfa: mfaConfig,
  passkeys: passkeysConfig,
  federation: federationConfig.prefault({}),
})

export type SigninConfig = z.output<typeof signinConfig>
