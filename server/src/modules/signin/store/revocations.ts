import { sql } from 'kysely'
import type { Acr } from '../../../platform/assurance.ts'
import { addSeconds } from '../../../platform/clock.ts'
import { announce } from '../../../platform/database/announce.ts'
import { edgeChannel, nextEpoch } from '../../../platform/epoch.ts'
import type { Tx } from '../../../platform/work.ts'
import type { Reading } from '../../directory/index.ts'
import type { FeedEnd, Revocations } from '../types.ts'

/** of one answer; who gets so many asks again at once */
const most = 1000
/**
 * What an edge that has just started is told: it cannot have asked about a session before, but it may be shown an access
 * token, and those live for 300 s.
 */
const memorySeconds = 400

/** A session, or an access token that is revoked by itself. */
export interface Revoked {
  readonly id: string
  readonly application: string | null
}

/**
 * Tells the edges that these have ended; with `acr`, that they go on but must show as much. The epoch's row is locked until the commit, so that numbers are given in the order of the commits; it is
 * the last lock that a transaction takes of this module.
 */
export async function insertRevocations(
  tx: Tx,
  ended: readonly Revoked[],
  now: Date,
  acr: Acr | null = null,
): Promise<void> {
  if (ended.length === 0) return
  await nextEpoch(tx)
  await sql`
    INSERT INTO session_revocations (tenant_id, session_id, application, acr, revoked_at)
    SELECT ${tx.tenant}::uuid, id, application, ${acr}::text, ${now}::timestamptz
    FROM unnest(${ended.map(({ id }) => id)}::text[], ${ended.map(({ application }) => application)}::text[])
      AS ended (id, application)`.execute(tx.kysely())
  await announce(tx, edgeChannel)
}

/**
 * A cursor from before a restored backup lies ahead of the sequence: then everything that is kept is told again, rather
 * than nothing for as long as it takes to catch up.
 */
export async function selectRevocations(tx: Reading, cursor: number, now: Date): Promise<Revocations> {
  const { newest, last } = await feedEnd(tx)
  const after = cursor > last ? 0 : cursor
  const since = after === 0 ? addSeconds(now, -memorySeconds) : new Date(0)
  const { rows } = await sql<{ seq: string; session: string; application: string | null; acr: Acr | null }>`
    SELECT seq, session_id AS session, application, acr FROM session_revocations
    WHERE seq > ${after} AND revoked_at > ${since} ORDER BY seq LIMIT ${most}`.execute(tx.kysely())
  const full = rows.length === most
  const reached = Number(rows.at(-1)?.seq ?? newest)
  return {
    cursor: Math.max(reached, after),
    revoked: rows.map(({ session, application, acr }) => ({ session, application, ...(acr !== null && { acr }) })),
    more: full,
  }
}

export async function feedEnd(tx: Reading): Promise<FeedEnd> {
  const { rows } = await sql<{ last: string; newest: string | null }>`
    SELECT (SELECT last_value FROM session_revocations_seq_seq) AS last,
      (SELECT max(seq) FROM session_revocations) AS newest`.execute(tx.kysely())
  return { newest: Number(rows[0]?.newest ?? 0), last: Number(rows[0]?.last ?? 0) }
}

/** As the system. */
export async function forgetRevocations(tx: Reading, before: Date): Promise<void> {
  await sql`DELETE FROM session_revocations WHERE revoked_at < ${before}`.execute(tx.kysely())
}
