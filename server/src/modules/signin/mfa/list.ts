import { sql } from 'kysely'
import { z } from 'zod'
import { acrs } from '../../../platform/assurance.ts'
import type { Reading } from '../../directory/index.ts'
import type { MfaTools } from './parts.ts'
import { namesOfPasskeys, passkeysOf } from './passkeys/store.ts'
import { countRecoveryCodes } from './recovery/store.ts'
import { policyFor } from './standing.ts'

const ListedPasskey = z.object({
  id: z.string(),
  name: z.string(),
  /** AAGUID: what it says it is; proven only where `attestation` is not `none` */
  model: z.string(),
  attestation: z.string(),
  /** whether it may be, and is, copied to other devices of its person */
  backupEligible: z.boolean(),
  backedUp: z.boolean(),
  registeredAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable(),
  /** a copy of it was seen: it is accepted no more */
  cloned: z.boolean(),
})

/** What somebody can show beside a password. */
export const Factors = z.object({
  passkeys: z.array(ListedPasskey),
  totp: z.object({ enrolledAt: z.iso.datetime(), lastUsedAt: z.iso.datetime().nullable() }).nullable(),
  recoveryCodes: z.object({ left: z.int() }),
  /** what the settings demand of this person, before anything that they enrol themselves */
  policy: z.enum(acrs),
  /** whether codes by e-mail count here */
  mailCodes: z.boolean(),
  /** whether browsers have passkeys at this address */
  passkeysAvailable: z.boolean(),
})

export async function listFactors(
  tx: Reading,
  deps: MfaTools,
  { person, groups }: { readonly person: string; readonly groups: readonly string[] },
): Promise<z.output<typeof Factors>> {
  const [passkeys, names] = [await passkeysOf(tx, person), await namesOfPasskeys(tx, deps.mfaColumns, person)]
  const { rows: apps } = await sql<{ enrolled: Date; used: Date | null }>`
    SELECT confirmed_at AS enrolled, last_used_at AS used FROM authenticator_apps
    WHERE person_id = ${person}::uuid AND confirmed_at IS NOT NULL`.execute(tx.kysely())
  const app = apps[0]
  return {
    passkeys: passkeys.map((passkey) => ({
      id: passkey.id,
      name: names.get(passkey.id) ?? '',
      model: passkey.aaguid,
      attestation: passkey.attestation,
      backupEligible: passkey.backupEligible,
      backedUp: passkey.backedUp,
      registeredAt: passkey.registeredAt.toISOString(),
      lastUsedAt: passkey.lastUsedAt?.toISOString() ?? null,
      cloned: passkey.clonedAt !== null,
    })),
    totp:
      app === undefined
        ? null
        : { enrolledAt: app.enrolled.toISOString(), lastUsedAt: app.used?.toISOString() ?? null },
    recoveryCodes: { left: await countRecoveryCodes(tx, person) },
    policy: policyFor(await deps.policies.of(tx), groups),
    mailCodes: deps.config.mfa.mailCodes,
    passkeysAvailable: deps.relyingParty !== undefined,
  }
}
