import { sql } from 'kysely'
import { announce } from '../../../platform/database/announce.ts'
import type { Tx } from '../../../platform/work.ts'
import type { Reading } from '../../directory/index.ts'
import type { Limits } from '../sessions/presets.ts'
import type { OwnPolicy } from './shapes.ts'

export const policiesChannel = 'holdfast_sign_in_policies'

/** @param tenant named, since it is asked before a tenant is known, too */
export async function selectPolicy(tx: Reading, tenant: string): Promise<unknown> {
  const { rows } = await sql<{ policy: unknown }>`
    SELECT policy FROM sign_in_policies WHERE tenant_id = ${tenant}::uuid`.execute(tx.kysely())
  return rows[0]?.policy ?? {}
}

export async function writePolicy(tx: Tx, policy: OwnPolicy, now: Date): Promise<void> {
  await sql`
    INSERT INTO sign_in_policies (tenant_id, policy, updated_at)
    VALUES (${tx.tenant}::uuid, ${JSON.stringify(policy)}::jsonb, ${now})
    ON CONFLICT (tenant_id) DO UPDATE SET policy = excluded.policy, updated_at = excluded.updated_at`.execute(
    tx.kysely(),
  )
  await announce(tx, policiesChannel)
}

/** Holds for what is live already, too. */
export async function shortenSessions(tx: Tx, { preset, idleSeconds, absoluteSeconds }: Limits): Promise<void> {
  await sql`
    UPDATE sessions SET preset = CASE WHEN ${idleSeconds} < idle_seconds THEN ${preset} ELSE preset END,
      idle_seconds = least(idle_seconds, ${idleSeconds}),
      idle_at = last_seen_at + make_interval(secs => least(idle_seconds, ${idleSeconds})),
      expires_at = least(expires_at, authenticated_at + make_interval(secs => ${absoluteSeconds}))
    WHERE id IN (SELECT id FROM sessions WHERE ended_at IS NULL ORDER BY id FOR UPDATE)`.execute(tx.kysely())
}
