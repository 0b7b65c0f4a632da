import { sql } from 'kysely'
import { type Acr, strongest } from '../../../platform/assurance.ts'
import type { Tx } from '../../../platform/work.ts'
import { secondFactorOf, standingWith } from '../mfa/standing.ts'
import { deviceKey, type IndexColumns } from '../store/sessions.ts'
import type { SigninDeps } from '../types.ts'

/** Whoever begins a session of this person waits for who does: a limit that is counted by two at once is none. */
export async function lockSessionsOf(tx: Tx, person: string): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`sessions ${person}`}, 0))`.execute(tx.kysely())
}

/**
 * The same, and what a sign-in of the person must show, in one statement. What is enrolled while this waits is seen by whoever
 * asks the session next: what it must show is decided anew each time.
 */
export async function lockAndDemand(
  tx: Tx,
  { policies }: Pick<SigninDeps, 'policies'>,
  person: string,
  groups: readonly string[],
): Promise<Acr> {
  const { rows } = await sql<{ second: boolean; raised: Acr | null }>`
    SELECT pg_advisory_xact_lock(hashtextextended(${`sessions ${person}`}, 0))::text,
      ${secondFactorOf(sql`${person}::uuid`)} AS second,
      (SELECT acr FROM session_demands WHERE person_id = ${person}::uuid) AS raised`.execute(tx.kysely())
  return strongest(standingWith(await policies.of(tx), groups, rows[0]?.second === true), rows[0]?.raised)
}

/**
 * Whether the person may have one more sign-in (ASVS 5.0, 7.1.2). Pending ones do not count: who knows a password alone
 * must not drive its owner out. Under `lockSessionsOf`.
 * @returns the sign-ins to end for it, those first that were used longest ago; `full` when it is refused
 */
export async function makeRoom(
  tx: Tx,
  deps: Pick<SigninDeps, 'config'>,
  asked: Asked,
): Promise<readonly string[] | 'full'> {
  const { rows } = await sql<{ beyond: string[] }>`SELECT ${beyond(deps, asked)} AS beyond`.execute(tx.kysely())
  return roomBy(deps, rows[0]?.beyond ?? [])
}

/** The same, with whether the person has signed in before, but never on this kind of device. */
export async function makeRoomAndLook(
  tx: Tx,
  deps: Pick<SigninDeps, 'config'> & { readonly columns: IndexColumns },
  asked: Asked & { readonly userAgent: string | null },
): Promise<{ readonly room: readonly string[] | 'full'; readonly newDevice: boolean }> {
  const key = await deviceKey(tx, deps.columns, asked.person, asked.userAgent)
  const { rows } = await sql<{ beyond: string[]; before: boolean; known: boolean | null }>`
    SELECT ${beyond(deps, asked)} AS beyond, count(*) > 0 AS before, bool_or(device_key = ${key}) AS known
    FROM sessions WHERE person_id = ${asked.person}::uuid AND kind = 'sign-in' AND NOT pending`.execute(tx.kysely())
  const [row] = rows
  return { room: roomBy(deps, row?.beyond ?? []), newDevice: row?.before === true && row.known !== true }
}

interface Asked {
  readonly person: string
  readonly now: Date
  readonly except?: string | undefined
}

function beyond({ config: { sessions } }: Pick<SigninDeps, 'config'>, { person, now, except }: Asked) {
  return sql<string[]>`ARRAY(
    SELECT s.id FROM sessions s WHERE s.person_id = ${person}::uuid AND s.kind = 'sign-in' AND NOT s.pending
      AND s.ended_at IS NULL AND s.expires_at > ${now} AND s.idle_at > ${now}
      AND s.id IS DISTINCT FROM ${except ?? null}::uuid
    ORDER BY s.last_seen_at DESC, s.id DESC OFFSET ${sessions.most - 1})`
}

function roomBy({ config }: Pick<SigninDeps, 'config'>, ids: readonly string[]): readonly string[] | 'full' {
  return ids.length > 0 && config.sessions.whenFull === 'deny' ? 'full' : ids
}
