import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { defaultProtection, namesActions, Protection } from '@holdfast/http-guard'
import type { Reference } from '@holdfast/events'
import { type Outcome, ok, refuse } from '../../platform/outcome.ts'
import type { Tx, Work } from '../../platform/work.ts'
import type { Transaction } from '../../platform/database/database.ts'
import type { ProtectionDeps } from './deps.ts'
import { documentProblem } from './document.ts'
import { errors } from './errors.ts'
import { stampExceptions } from './exceptions/stamp.ts'
import { findProtection, putProtection } from './store.ts'

export interface OwnProtection {
  readonly settings: Protection
  /** 0: nobody has set anything. */
  readonly version: number
  readonly changedAt: Date | null
}

/** What was stored by an older version has the defaults for what that did not know. */
export const settingsOf = (stored: unknown): Protection => Protection.parse(stored)

export async function readProtection(
  tx: Transaction,
  { access }: Pick<ProtectionDeps, 'access'>,
  application: string,
): Promise<Outcome<OwnProtection>> {
  if ((await access.application(tx, application)) === undefined) {
    return refuse(errors.protection_application_unknown, { application })
  }
  return ok(await current(tx, application))
}

async function current(tx: Pick<Transaction, 'kysely'>, application: string, lock = false): Promise<OwnProtection> {
  const row = await findProtection(tx, application, lock)
  if (row === undefined) return { settings: defaultProtection, version: 0, changedAt: null }
  return { settings: settingsOf(row.settings), version: row.version, changedAt: row.changed_at }
}

export type ChangeDeps = Pick<ProtectionDeps, 'access'>

export interface Replacing {
  readonly application: string
  readonly now: Date
  /** Whether the routes name actions; undefined: as before. */
  readonly gatewaysDecide?: boolean
}

/**
 * Replaces the protection of an application, in the transaction of whoever wants it replaced and records it.
 * @param next makes the new one of the one that is there, under its lock
 */
export async function replaceProtection<T>(
  tx: Tx,
  { access }: ChangeDeps,
  { application, now, gatewaysDecide }: Replacing,
  next: (before: OwnProtection, version: number) => Promise<Outcome<{ settings: Protection; value: T }>>,
): Promise<Outcome<T>> {
  if ((await access.application(tx, application)) === undefined) {
    return refuse(errors.protection_application_unknown, { application })
  }
  // Takes the epoch's row first: writers of one tenant come one after the other.
  await access.bundleChanged(tx, application, gatewaysDecide)
  const before = await current(tx, application, true)
  const version = before.version + 1
  const made = await next(before, version)
  if (!made.ok) return made
  await putProtection(tx, application, made.value.settings, version, now)
  return ok(made.value.value)
}

/**
 * Sets the whole protection of an application.
 * @param expected the version that the change was made on; undefined writes always
 * @returns `protection_changed` (409) when it is another, `protection_document_invalid` (422)
 */
export async function changeProtection(
  work: Work,
  deps: ChangeDeps,
  asked: { application: string; settings: Protection; expected: number | undefined; by: Reference; now: Date },
): Promise<Outcome<OwnProtection>> {
  const { application, settings, expected, by, now } = asked
  const problem = documentProblem(settings)
  if (problem !== null) return refuse(errors.protection_document_invalid, { problem })
  const gatewaysDecide = namesActions(settings.routes)
  return work((tx) =>
    replaceProtection(tx, deps, { application, now, gatewaysDecide }, async (before, version) => {
      if (expected !== undefined && expected !== before.version) {
        return refuse(errors.protection_changed, { application, version: before.version, expected })
      }
      const stamped = stampExceptions(settings, before.settings, { at: now.toISOString(), by, event: null })
      const parts = (Object.keys(stamped) as (keyof Protection)[]).filter(
        (part) => !isDeepStrictEqual(stamped[part], before.settings[part]),
      )
      await tx.record({
        kind: 'protection.changed',
        resource: { type: 'Application', id: application },
        application,
        data: { version, before: told(before.settings, parts), after: told(stamped, parts) },
      })
      return ok({ settings: stamped, value: { settings: stamped, version, changedAt: now } })
    }),
  )
}

/** Lists of addresses may be longer than an event should be. */
const mostTold = 100
/** Each is a small object, and both sides of a change stand in its event. */
const mostSettings = 10

const told = (settings: Protection, parts: readonly (keyof Protection)[]): Record<string, unknown> =>
  Object.fromEntries(parts.map((part) => [part, toldOf(settings, part)]))

function toldOf(settings: Protection, part: keyof Protection): unknown {
  if (part === 'addresses') return shortened(settings.addresses)
  return part === 'inspection' ? inspectionTold(settings.inspection) : settings[part]
}

/** Of what may be long its digest: whoever has the text can tell whether it is the one. */
const inspectionTold = ({ document, exceptions, ruleExceptions, routes, ...settings }: Protection['inspection']) => ({
  ...settings,
  ruleExceptions: ruleExceptions.length <= mostSettings ? ruleExceptions : digestOf(ruleExceptions),
  document: document === null ? null : digestOf(document),
  exceptions: exceptions.length <= mostSettings ? exceptions : digestOf(exceptions),
  routes: routes.length <= mostSettings ? routes : digestOf(routes),
})

const digestOf = (value: object): string => `sha256-${createHash('sha256').update(JSON.stringify(value)).digest('hex')}`

const shortened = ({ allow, deny }: Protection['addresses']) => ({
  allow: allow.slice(0, mostTold),
  deny: deny.slice(0, mostTold),
  ...(allow.length + deny.length > mostTold && { allowed: allow.length, denied: deny.length }),
})
