import { sql } from 'kysely'
import type { Control, ControlContext } from '../../../platform/control.ts'
import type { SigninConfig } from '../config.ts'

interface Counted {
  readonly all: number
  readonly passkey: number
  readonly second: number
}

/** Active people, of the operators or all, and those of them who have a passkey, or any second factor. */
async function count({ database, tenant }: ControlContext, operators: boolean): Promise<Counted> {
  const { rows } = await database.asTenant(
    tenant,
    (tx) =>
      sql<Counted>`
        WITH RECURSIVE below (id) AS (
          VALUES ('admins')
          UNION
          SELECT group_id FROM group_parents JOIN below ON parent_id = below.id
        ), counted AS (
          SELECT people.id, EXISTS (SELECT FROM passkeys WHERE person_id = people.id AND cloned_at IS NULL) AS passkey,
            EXISTS (SELECT FROM authenticator_apps WHERE person_id = people.id AND confirmed_at IS NOT NULL) AS app
          FROM people WHERE state = 'active' AND (NOT ${operators}::boolean OR EXISTS (
            SELECT FROM memberships JOIN below ON group_id = below.id WHERE person_id = people.id))
        )
        SELECT count(*)::int AS all, count(*) FILTER (WHERE passkey)::int AS passkey,
          count(*) FILTER (WHERE passkey OR app)::int AS second
        FROM counted`.execute(tx.kysely()),
    'read',
  )
  return rows[0] ?? { all: 0, passkey: 0, second: 0 }
}

export const mfaControls = ({ mfa }: Pick<SigninConfig, 'mfa'>): readonly Control[] => [
  {
    id: 'signin.operators-phishing-resistant',
    title: 'Operators sign in by passkey',
    statement: 'A passkey is demanded of operators, and every active one has registered one.',
    mapsTo: [
      { framework: 'ASVS 5.0', ref: '6.3.3' },
      { framework: 'PCI DSS 4.0.1', ref: '8.4.1' },
      { framework: 'SOC 2', ref: 'CC6.1' },
      { framework: 'ISO 27001:2022', ref: 'A.8.5' },
    ],
    async check(context) {
      const { all, passkey } = await count(context, true)
      const found = `${passkey} of ${all} active operators have a passkey; signin.mfa.admins is ${mfa.admins}.`
      return { status: mfa.admins === 'phr' && passkey === all ? 'pass' : 'fail', evidence: found }
    },
  },
  {
    id: 'signin.second-factors',
    title: 'People have second factors',
    statement: 'Where two factors are demanded of everybody, everybody has a second one.',
    mapsTo: [
      { framework: 'ASVS 5.0', ref: '6.3.3' },
      { framework: 'PCI DSS 4.0.1', ref: '8.4.2' },
      { framework: 'ISO 27001:2022', ref: 'A.5.17' },
    ],
    async check(context) {
      const { all, passkey, second } = await count(context, false)
      const evidence = `${second} of ${all} active people have a second factor, ${passkey} of them a passkey; signin.mfa.people is ${mfa.people}.`
      if (mfa.people === 'aal1') return { status: 'pass', evidence }
      return { status: (mfa.people === 'phr' ? passkey : second) === all ? 'pass' : 'fail', evidence }
    },
  },
]
