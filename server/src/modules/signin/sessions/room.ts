import { sql } from 'kysely'
import type { Acr } from '../../../platform/assurance.ts'
import type { Tx } from '../../../platform/work.ts'
import { secondFactorOf } from '../mfa/standing.ts'
import { deviceKey, type IndexColumns } from '../store/sessions.ts'
import type { SigninDeps } from '../types.ts'

/** Whoever begins a session of this person waits for who does: a limit that is counted by two at once is none. */
export async function lockSessionsOf(tx: Tx, person: string): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`sessions ${person}`}, 0))`.execute(tx.kysely())
}

/** What stands about a person under `lockSessionsOf`. */
interface Locked {
  /** whether they have enrolled a second factor */
  readonly second: boolean
  /** what was raised for them */
  readonly raised: Acr | null
}

interface Looked {
  /** the sign-ins to end for one more, as of `makeRoom` */
  readonly room: readonly string[] | 'full'
  /** Whether they have signed in before, but never on this kind of device. */
  readonly newDevice: boolean
}

/** What a new sign-in of a person is decided by. */
export type Prepared = Locked & Looked

/**
 * The two statements by which a sign-in is prepared, to go out one after the other (`inOrder`): the lock, which only what comes
 * after it has waited for; and what is counted under it. What is enrolled while the first waits is seen by whoever asks the
 * session next: what it must show is decided anew each time.
 */
export async function preparing(
  tx: Tx,
  deps: Pick<SigninDeps, 'config'> & { readonly columns: IndexColumns },
  asked: Asked & { readonly userAgent: string | null },
): Promise<readonly [() => Promise<Locked>, () => Promise<Looked>]> {
  const { person } = asked
  const key = await deviceKey(tx, deps.columns, person, asked.userAgent)
  return [
    async () => {
      const { rows } = await sql<{ second: boolean; raised: Acr | null }>`
        SELECT pg_advisory_xact_lock(hashtextextended(${`sessions ${person}`}, 0))::text,
          ${secondFactorOf(sql`${person}::uuid`)} AS second,
          (SELECT acr FROM session_demands WHERE person_id = ${person}::uuid) AS raised`.execute(tx.kysely())
      return { second: rows[0]?.second === true, raised: rows[0]?.raised ?? null }
    },
    async () => {
      const { rows } = await sql<{ beyond: string[]; before: boolean; known: boolean | null }>`
        SELECT ${beyond(deps, asked)} AS beyond, count(*) > 0 AS before, bool_or(device_key = ${key}) AS known
        FROM sessions WHERE person_id = ${person}::uuid AND kind = 'sign-in' AND NOT pending`.execute(tx.kysely())
      const [row] = rows
      return { room: roomBy(deps, row?.beyond ?? []), newDevice: row?.before === true && row.known !== true }
    },
  ]
}

/** What these two have answered, where they were asked. */
export function preparedBy(answers: readonly [] | readonly [Locked, Looked]): Prepared | undefined {
  return answers.length === 0 ? undefined : { ...answers[0], ...answers[1] }
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
