import { sql } from 'kysely'
import type { Control, ControlContext } from '../../../platform/control.ts'
import { settingsOf } from '../change.ts'
import { allExceptions, broadReasons, isExpired, type Kept } from './scope.ts'

const mostDays = 180
const mostTold = 10

interface Inspected {
  readonly id: string
  /** Null: nobody has set anything. */
  readonly settings: unknown
}

const behindGateways = ({ database }: ControlContext): Promise<readonly Inspected[]> =>
  database.asSystem(async (tx) => {
    const { rows } = await sql<Inspected>`
      SELECT a.id, p.settings FROM applications a
      LEFT JOIN application_protection p ON p.tenant_id = a.tenant_id AND p.application_id = a.id
      WHERE a.upstream IS NOT NULL ORDER BY a.id`.execute(tx.kysely())
    return rows
  })

const none = { status: 'unknown', evidence: 'No application has a gateway.' } as const
const listed = (ids: readonly string[]): string =>
  `${ids.slice(0, mostTold).join(', ')}${ids.length > mostTold ? `, ${ids.length - mostTold} more` : ''}`

/** Why an exception should be looked at again. */
function wrongWith(kept: Kept, now: Date): readonly string[] {
  const age = kept.made === undefined ? null : (now.getTime() - Date.parse(kept.made.at)) / 86_400_000
  const old = kept.expiresAt === undefined && age !== null && age > mostDays
  return [
    ...broadReasons(kept),
    ...(isExpired(kept, now) ? ['has ended and is still there'] : []),
    ...(old ? [`is older than ${mostDays} days and has no end`] : []),
  ]
}

export const exceptionControls: readonly Control[] = [
  {
    id: 'protection.attacks-refused',
    title: 'What reads as an attack is refused',
    statement:
      'At every application with a gateway, requests are inspected, and what is found is refused, not only reported.',
    mapsTo: [
      { framework: 'PCI DSS 4.0.1', ref: '6.4.2' },
      { framework: 'ASVS 5.0', ref: '1.2.4' },
      { framework: 'SOC 2', ref: 'CC6.6' },
    ],
    check: async (context) => {
      const applications = await behindGateways(context)
      const open = applications.filter(({ settings }) => {
        if (settings === null) return false
        const { inspection } = settingsOf(settings)
        return (
          inspection.mode !== 'block' || inspection.routes.some(({ mode, path }) => mode !== 'block' && path === '/**')
        )
      })
      if (applications.length === 0) return none
      return open.length === 0
        ? { status: 'pass', evidence: `${applications.length} application(s), all of them refuse what is found.` }
        : { status: 'fail', evidence: `Not refused at: ${listed(open.map(({ id }) => id))}.` }
    },
  },
  {
    id: 'protection.api-described',
    title: 'What an API takes is described',
    statement:
      'Every application with a gateway has the document of its API set, and what it does not describe is refused or reported.',
    mapsTo: [
      { framework: 'ASVS 5.0', ref: '2.2.1' },
      { framework: 'PCI DSS 4.0.1', ref: '6.2.4' },
    ],
    check: async (context) => {
      const applications = await behindGateways(context)
      const open = applications.filter(({ settings }) => {
        if (settings === null) return true
        const { document, unknown } = settingsOf(settings).inspection
        return document === null || unknown === 'inspect'
      })
      if (applications.length === 0) return none
      return open.length === 0
        ? { status: 'pass', evidence: `${applications.length} application(s), all of them with a document.` }
        : { status: 'fail', evidence: `Without a document, or not held to it: ${listed(open.map(({ id }) => id))}.` }
    },
  },
  {
    id: 'protection.exceptions-narrow',
    title: 'Exceptions of the inspection are narrow, and somebody looks at them',
    statement: `Each exception holds for one operation and one kind of finding, has not ended, and is younger than ${mostDays} days or has an end.`,
    mapsTo: [
      { framework: 'PCI DSS 4.0.1', ref: '6.4.2' },
      { framework: 'SOC 2', ref: 'CC8.1' },
      { framework: 'ISO 27001:2022', ref: 'A.8.9' },
    ],
    check: async (context) => {
      const applications = await behindGateways(context)
      if (applications.length === 0) return none
      let all = 0
      const wrong: string[] = []
      for (const { id, settings } of applications) {
        const exceptions = settings === null ? [] : allExceptions(settingsOf(settings).inspection)
        all += exceptions.length
        for (const kept of exceptions) {
          const [first] = wrongWith(kept, context.now)
          if (first !== undefined) wrong.push(`${id}: ${kept.operation} ${first}`)
        }
      }
      return wrong.length === 0
        ? { status: 'pass', evidence: `${all} exception(s), all of them narrow and looked after.` }
        : { status: 'fail', evidence: `To look at again: ${listed(wrong)}.` }
    },
  },
]
