import type { Tx } from '../../../platform/work.ts'
import type { Reading } from '../types.ts'
import { from } from './columns.ts'

export interface Authorization {
  readonly session: string
  readonly client: string
  readonly person: string
  readonly grant: string
}

export async function putAuthorization(tx: Tx, at: Authorization, now: Date): Promise<void> {
  await from(tx)
    .insertInto('oauth_authorizations')
    .values({
      session_id: at.session,
      client_id: at.client,
      tenant_id: tx.tenant,
      person_id: at.person,
      grant_id: at.grant,
      authorized_at: now,
    })
    .onConflict((conflict) =>
      conflict.columns(['session_id', 'client_id']).doUpdateSet({ grant_id: at.grant, authorized_at: now }),
    )
    .execute()
}

/** At which clients these sign-ins were used. */
async function authorizationsOf(tx: Reading, sessions: readonly string[]): Promise<Authorization[]> {
  if (sessions.length === 0) return []
  return from(tx)
    .selectFrom('oauth_authorizations')
    .select(['session_id as session', 'client_id as client', 'person_id as person', 'grant_id as grant'])
    .where('session_id', 'in', sessions)
    .execute()
}

/** With which grant this sign-in was used at this client last. */
export async function findAuthorization(
  tx: Reading,
  session: string,
  client: string,
): Promise<Authorization | undefined> {
  return (await authorizationsOf(tx, [session])).find((each) => each.client === client)
}

/** Takes what is known of where these sign-ins were used: whoever asks once more finds nothing. */
export async function takeAuthorizations(tx: Tx, sessions: readonly string[]): Promise<Authorization[]> {
  if (sessions.length === 0) return []
  return from(tx)
    .deleteFrom('oauth_authorizations')
    .where('session_id', 'in', sessions)
    .returning(['session_id as session', 'client_id as client', 'person_id as person', 'grant_id as grant'])
    .execute()
}
