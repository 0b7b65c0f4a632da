import { namesActions, type Protection, type RouteRule } from '@holdfast/http-guard'
import { sql } from 'kysely'
import type { Control, ControlContext } from '../../platform/control.ts'
import { settingsOf } from './change.ts'

interface Ruled {
  readonly id: string
  readonly settings: Protection
  /** Names of all actions that its schema declares; none where it has no schema. */
  readonly actions: ReadonlySet<string>
}

/** The applications behind a gateway that decides for them. */
async function ruled({ database }: ControlContext): Promise<readonly Ruled[]> {
  const { rows } = await database.asSystem((tx) =>
    sql<{ id: string; settings: unknown; schema: Record<string, { actions?: Record<string, unknown> }> }>`
      SELECT a.id, p.settings, a.schema_json AS schema FROM applications a
      JOIN application_protection p ON p.tenant_id = a.tenant_id AND p.application_id = a.id
      WHERE a.upstream IS NOT NULL ORDER BY a.id`.execute(tx.kysely()),
  )
  return rows
    .map(({ id, settings, schema }) => ({ id, settings: settingsOf(settings), actions: actionsOf(schema) }))
    .filter(({ settings }) => settings.policy.mode !== 'off' && namesActions(settings.routes))
}

/** Of a schema in Cedar's JSON form; none where there is no schema. */
export const actionsOf = (schema: Readonly<Record<string, unknown>>): ReadonlySet<string> =>
  new Set(
    Object.values(schema as Record<string, { actions?: Record<string, unknown> }>).flatMap(({ actions = {} }) =>
      Object.keys(actions),
    ),
  )

/** It is open to whoever has a session, and nobody said that it is public; or what policies say of it is not enforced. */
const isOpen = ({ action, mask, public: open = false, policy = 'block' }: RouteRule): boolean =>
  !open && ((action === undefined && mask === undefined) || policy !== 'block')

const routeOf = ({ path, method = '*' }: RouteRule): string => `${method} ${path}`
const most = 10

const conclude = (total: number, wrong: readonly string[], good: string, bad: string) =>
  wrong.length === 0
    ? ({ status: 'pass', evidence: `${total} application(s) with routes: ${good}.` } as const)
    : ({
        status: 'fail',
        evidence: `${bad}: ${wrong.slice(0, most).join('; ')}${wrong.length > most ? `; ${wrong.length - most} more` : ''}.`,
      } as const)

const none = { status: 'unknown', evidence: 'No application has routes that name actions.' } as const

export const routeControls: readonly Control[] = [
  {
    id: 'protection.routes-decided',
    title: 'Every route is decided by policies',
    statement:
      'Where a gateway decides for an application by its policies, each route names an action or a mask or is declared public, is enforced and not only reported, and a path that no route names is refused.',
    mapsTo: [
      { framework: 'ASVS 5.0', ref: '8.3.1' },
      { framework: 'SOC 2', ref: 'CC6.1' },
      { framework: 'PCI DSS 4.0.1', ref: '7.2.1' },
    ],
    check: async (deps) => {
      const applications = await ruled(deps)
      if (applications.length === 0) return none
      const open = applications.flatMap(({ id, settings: { routes, policy } }) => [
        ...(policy.mode === 'block' ? [] : [`${id}: policies only report`]),
        ...(policy.unmatched === 'refuse' ? [] : [`${id}: what no route names passes`]),
        ...routes.filter(isOpen).map((rule) => `${id}: ${routeOf(rule)}`),
      ])
      return conclude(applications.length, open, 'each names an action or is public', 'Not decided')
    },
  },
  {
    id: 'protection.route-actions-declared',
    title: 'Routes name actions that there are',
    statement: "Every action that a route names is one of its application's schema; any other is refused to everybody.",
    mapsTo: [{ framework: 'ASVS 5.0', ref: '8.1.1' }],
    check: async (deps) => {
      const applications = await ruled(deps)
      if (applications.length === 0) return none
      const unknown = applications.flatMap(({ id, settings, actions }) =>
        settings.routes
          .flatMap(({ action, mask }) => [
            ...(action === undefined ? [] : [action]),
            ...Object.keys(mask?.fields ?? {}),
          ])
          .filter((action) => actions.size > 0 && !actions.has(action))
          .map((action) => `${id}: ${action}`),
      )
      return conclude(applications.length, [...new Set(unknown)], 'all actions are declared', 'Not declared')
    },
  },
]
