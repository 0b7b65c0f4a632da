import { z } from 'zod'
import { type Acr, acrs } from '../../../platform/assurance.ts'
import { limitSettings } from '../sessions/config.ts'
import { type Limits, presetNames } from '../sessions/presets.ts'

const acr = z.enum(acrs)

/** What a tenant says of its own. Nothing said, nothing changed: the settings of the installation hold all the same. */
export const PolicyBody = z.strictObject({
  admins: acr.nullable().default(null).describe('what operators must show at least'),
  people: acr.nullable().default(null).describe('what everybody else must show at least'),
  sessions: z
    .strictObject({ preset: z.enum(presetNames).default('standard'), ...limitSettings })
    .nullable()
    .default(null)
    .describe('how long sessions last at most'),
  passwords: z.boolean().default(true).describe('whether anybody signs in with a password'),
  signUpDomains: z
    .array(
      z
        .string()
        .toLowerCase()
        .regex(/^(?=.{1,253}$)[a-z0-9-]+(?:\.[a-z0-9-]+)+$/, 'a domain'),
    )
    .max(100)
    .nullable()
    .default(null)
    .describe(
      'domains whose addresses may get an account by signing in at a connection; null: what the connections say',
    ),
})

export type OwnPolicy = z.output<typeof PolicyBody>

const Shown = z.object({ preset: z.enum(presetNames), idleSeconds: z.int(), absoluteSeconds: z.int() })

export const PolicyAnswer = z.object({
  own: PolicyBody.describe('what the tenant says'),
  effective: z
    .object({
      admins: acr,
      people: acr,
      sessions: Shown,
      passwords: z.boolean(),
      signUpDomains: z.array(z.string()).nullable(),
    })
    .describe('with the settings of the installation: of each the stricter'),
})

/** What holds. */
export interface SignInPolicy {
  readonly admins: Acr
  readonly people: Acr
  readonly limits: Limits
  readonly passwords: boolean
  readonly signUpDomains: readonly string[] | null
}
