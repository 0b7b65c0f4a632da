import { sql } from 'kysely'
import type { Reading } from '../../directory/index.ts'

/**
 * Who can begin a sign-in by themselves: with a password, a passkey of which no copy was seen, or an account at a provider
 * whose connection is on. What else is demanded of them then, they can enrol on the way.
 * @param taken what the policy of the tenant takes: where it takes no passwords, one is no way in
 * @returns those of the people, active or not
 */
export async function ableToSignIn(
  tx: Reading,
  personIds: readonly string[],
  taken: { readonly passwords: boolean },
): Promise<ReadonlySet<string>> {
  if (personIds.length === 0) return new Set()
  const { rows } = await sql<{ id: string }>`
    SELECT asked.id FROM unnest(${[...personIds]}::uuid[]) AS asked (id)
    WHERE (${taken.passwords} AND EXISTS (SELECT FROM passwords WHERE person_id = asked.id))
      OR EXISTS (SELECT FROM passkeys WHERE person_id = asked.id AND cloned_at IS NULL)
      OR EXISTS (
        SELECT FROM upstream_identities i JOIN connections c ON c.tenant_id = i.tenant_id AND c.id = i.connection_id
        WHERE i.person_id = asked.id AND c.enabled)`.execute(tx.kysely())
  return new Set(rows.map(({ id }) => id))
}
