import { about, type Personal } from '@holdfast/events'
import type { Transaction } from '../../../platform/database/database.ts'
import type { Decide, Uid } from '../../../platform/ports.ts'
import type { EncryptedColumn, Keyring } from '../../keys/index.ts'
import type { GrantTools } from '../grants/give.ts'
import type { ElevationRow } from './store/elevations.ts'

export type Db = Pick<Transaction, 'tenant' | 'kysely'>

/** What people wrote: each text under the key of whoever wrote it. */
export interface Texts {
  readonly reason: EncryptedColumn
  readonly note: EncryptedColumn
  readonly review: EncryptedColumn
}

export interface ElevationDeps {
  readonly tools: GrantTools
  readonly texts: Texts
  readonly decide: Decide
  /** @returns undefined: unknown, or disabled */
  readonly groupsOf: (tx: Db, principal: Uid) => Promise<readonly string[] | undefined>
  readonly namesOf: (tx: Db, uids: readonly Uid[]) => Promise<ReadonlyMap<string, string>>
}

export function textsOf(keys: Pick<Keyring, 'encrypted'>): Texts {
  const column = (name: string) => keys.encrypted({ table: 'elevations', column: name, purpose: 'access' })
  return { reason: column('reason'), note: column('note'), review: column('review_note') }
}

export const personUid = (id: string): Uid => ({ type: 'Person', id })
export const subjectOf = (id: string): string => `Person/${id}`

/** What somebody wrote, as an event carries it: it goes when they are erased. */
export const said = (by: string, text: string): Personal => about(personUid(by), text)

/** Whom an event about a request is about, and what was asked for. */
export function toldOf(
  row: Pick<ElevationRow, 'id' | 'gives' | 'name' | 'person_id' | 'resource_type' | 'resource_id'>,
): {
  readonly resource: Uid
  readonly data: Readonly<Record<string, unknown>>
} {
  const onto = row.resource_type === null ? '' : ` on ${row.resource_type}::${JSON.stringify(row.resource_id)}`
  return {
    resource: personUid(row.person_id),
    data: { privileges: [`${row.gives} ${row.name}${onto}`], elevation: row.id },
  }
}
