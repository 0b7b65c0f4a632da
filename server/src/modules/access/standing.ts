import type { EntityJson } from '@holdfast/policy'
import type { Transaction } from '../../platform/database/database.ts'
import type { Uid } from '../../platform/ports.ts'

/** Where something of the directory stands, whether it may act or not: a disabled operator is protected as one. */
export interface Standing {
  readonly uid: Uid
  /** direct and indirect */
  readonly groups: readonly string[]
  /** the one that a service is bound to */
  readonly application: string | null
}

/** @returns one for each person, service and group, known or not */
export type StandingsOf = (tx: Transaction, uids: readonly Uid[]) => Promise<readonly Standing[]>

const directoryTypes: ReadonlySet<string> = new Set(['Person', 'Service', 'Group'])

/** Every uid in these values: entities, attributes, a context. */
export function uidsIn(...values: readonly unknown[]): Uid[] {
  const named = new Map<string, Uid>()
  const open: unknown[] = [...values]
  for (let value = open.pop(); open.length > 0 || value !== undefined; value = open.pop()) {
    if (typeof value !== 'object' || value === null) continue
    const uid = plainUid(value)
    if (uid !== undefined) named.set(keyOf(uid), uid)
    // A record may have members of these names, and others that hold entities.
    open.push(...(Object.values(value) as unknown[]))
  }
  return [...named.values()]
}

/** A uid is written plainly or as an escape (`__entity`), both are Cedar's. */
function plainUid(value: object): Uid | undefined {
  const { __entity: escaped, ...plain } = value as { __entity?: object; type?: unknown; id?: unknown }
  const { type, id } = (escaped ?? plain) as { type?: unknown; id?: unknown }
  return typeof type === 'string' && typeof id === 'string' ? { type, id } : undefined
}

export function keyOf(uid: EntityJson['uid']): string {
  const { type, id } = plainUid(uid) ?? { type: '', id: '' }
  return `${type} ${id}`
}

export function isOfDirectory(uid: EntityJson['uid']): boolean {
  return directoryTypes.has(plainUid(uid)?.type ?? '')
}

/** What is known of it as an entity. The application is an attribute in Holdfast's own schema only. */
export function entityOf({ uid, groups, application }: Standing, own: boolean): EntityJson {
  return {
    uid,
    attrs: own && application !== null ? { application: { __entity: { type: 'Application', id: application } } } : {},
    parents: groups.map((id) => ({ type: 'Group', id })),
  }
}
