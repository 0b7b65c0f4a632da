import { type RawBuilder, sql } from 'kysely'
import type { Control, ControlContext } from '../../../platform/control.ts'
import type { SigninConfig } from '../config.ts'
import type { Lifetime } from './lifetime.ts'

/** The job that writes endings down runs once a minute. */
const graceMinutes = 10

export const sessionControls = (
  { limits }: Pick<Lifetime, 'limits'>,
  { sessions }: Pick<SigninConfig, 'sessions'>,
): readonly Control[] => [
  {
    id: 'signin.idle-limit',
    title: 'Sessions that are not used end',
    statement: 'No session is live that was not used for longer than its idle limit.',
    mapsTo: [
      { framework: 'ASVS 5.0', ref: '7.3.1' },
      { framework: 'PCI DSS 4.0.1', ref: '8.2.8' },
    ],
    async check(context) {
      const since = new Date(context.now.getTime() - graceMinutes * 60_000)
      const { live, wrong } = await among(context, sql`idle_at <= ${since}`)
      const setting = `${limits.idleSeconds / 60} minutes unused at most, preset ${limits.preset}`
      return {
        status: wrong === 0 ? 'pass' : 'fail',
        evidence: `${wrong} of ${live} live sessions are past it (${setting}).`,
      }
    },
  },
  {
    id: 'signin.absolute-limit',
    title: 'Sessions end, however much they are used',
    statement: 'No session is live longer after its person proved who they are than the settings say.',
    mapsTo: [
      { framework: 'ASVS 5.0', ref: '7.3.2' },
      { framework: 'SOC 2', ref: 'CC6.1' },
    ],
    async check(context) {
      const since = new Date(context.now.getTime() - graceMinutes * 60_000)
      const wrongIf = sql`expires_at <= ${since}`
      const { live, wrong } = await among(context, wrongIf)
      const setting = `${limits.absoluteSeconds / 3600} h at most, preset ${limits.preset}`
      return {
        status: wrong === 0 ? 'pass' : 'fail',
        evidence: `${wrong} of ${live} live sessions are past it (${setting}).`,
      }
    },
  },
  {
    id: 'signin.token-rotation',
    title: 'The tokens of sessions are replaced',
    statement: 'No sign-in was used by a token that should have been replaced long before.',
    mapsTo: [
      { framework: 'ASVS 5.0', ref: '7.2.4' },
      { framework: 'SOC 2', ref: 'CC6.1' },
    ],
    async check(context) {
      const minutes = sessions.rotateMinutes + graceMinutes
      // A token is replaced at its first use when it is due: one that was used long after that was not.
      const wrongIf = sql`kind = 'sign-in' AND next_hash IS NULL AND last_seen_at > rotated_at + make_interval(mins => ${minutes}::int)`
      const { live, wrong } = await among(context, wrongIf)
      return {
        status: wrong === 0 ? 'pass' : 'fail',
        evidence: `${wrong} of ${live} live sessions have a token that is overdue (every ${sessions.rotateMinutes} minutes).`,
      }
    },
  },
]

async function among(
  { database, tenant }: Pick<ControlContext, 'database' | 'tenant'>,
  wrong: RawBuilder<unknown>,
): Promise<{ readonly live: number; readonly wrong: number }> {
  const { rows } = await database.asTenant(
    tenant,
    (tx) =>
      sql<{ live: number; wrong: number }>`
        SELECT count(*)::int AS live, count(*) FILTER (WHERE ${wrong})::int AS wrong
        FROM sessions WHERE ended_at IS NULL`.execute(tx.kysely()),
    'read',
  )
  return rows[0] ?? { live: 0, wrong: 0 }
}
