import type { Tx } from '../../../platform/work.ts'
import type { Reading } from '../types.ts'
import type { Allowed } from './allowed.ts'
import { from } from './columns.ts'

export async function findConsent(tx: Reading, person: string, client: string): Promise<Allowed | null> {
  const row = await from(tx)
    .selectFrom('oauth_consents')
    .select('allowed')
    .where('person_id', '=', person)
    .where('client_id', '=', client)
    .executeTakeFirst()
  return row?.allowed ?? null
}

export async function putConsent(
  tx: Tx,
  consent: { readonly person: string; readonly client: string; readonly allowed: Allowed; readonly now: Date },
): Promise<void> {
  const allowed = JSON.stringify(consent.allowed)
  await from(tx)
    .insertInto('oauth_consents')
    .values({
      tenant_id: tx.tenant,
      person_id: consent.person,
      client_id: consent.client,
      allowed,
      given_at: consent.now,
    })
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'person_id', 'client_id']).doUpdateSet({ allowed, given_at: consent.now }),
    )
    .execute()
}

export async function removeConsent(tx: Tx, person: string, client: string): Promise<boolean> {
  const { numDeletedRows } = await from(tx)
    .deleteFrom('oauth_consents')
    .where('person_id', '=', person)
    .where('client_id', '=', client)
    .executeTakeFirst()
  return numDeletedRows > 0n
}
