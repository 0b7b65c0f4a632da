import type { Tables } from '../../platform/database/tables.ts'
import { showKey } from './list.ts'
import type { Hits } from './shapes.ts'
import { countHits } from './store/hits.ts'
import { findKey, keysOfSubject, type ListedKey } from './store/list.ts'
import type { Db } from './types.ts'

export interface HitDeps {
  /** every declared table of the installation */
  readonly tables: Tables
  /** which purpose a column is encrypted for, where a module has said so */
  readonly purposeOf: (table: string, column: string) => string | undefined
}

export interface Which {
  readonly id?: string | undefined
  readonly subject?: string | undefined
}

/** What would be lost with a key, or with every key of a person. @returns undefined when there is no such key */
export async function hitsOf(tx: Db, { tables, purposeOf }: HitDeps, which: Which): Promise<Hits | undefined> {
  const keys = await find(tx, which)
  if (keys.length === 0) return undefined
  const ids = keys.filter(({ state }) => state !== 'destroyed').map(({ id }) => id)
  const purposes = new Set(keys.map(({ purpose }) => purpose))
  const columns: { table: string; column: string; values: number | null }[] = []
  for (const { table, column } of ids.length === 0 ? [] : encryptedColumns(tables)) {
    const purpose = purposeOf(table, column)
    if (purpose !== undefined && !purposes.has(purpose)) continue
    const values = await countHits(tx, { table, column }, ids)
    if (values !== 0) columns.push({ table, column, values })
  }
  const most = ids.length === 0 ? 0 : keys.reduce((sum, { used }) => sum + Number(used), 0)
  const counted = columns.every(({ values }) => values !== null)
  const values = columns.reduce((sum, { values }) => sum + (values ?? 0), 0)
  return { keys: keys.map(showKey), columns, values: counted ? values : Math.max(most, values) }
}

async function find(tx: Db, { id, subject }: Which): Promise<readonly ListedKey[]> {
  if (subject !== undefined) return keysOfSubject(tx, subject)
  const key = id === undefined ? undefined : await findKey(tx, id)
  return key === undefined ? [] : [key]
}

/** Of the tables with rows of tenants. */
function encryptedColumns(tables: Tables): { readonly table: string; readonly column: string }[] {
  return Object.entries(tables).flatMap(([table, { columns }]) =>
    'tenant_id' in columns
      ? Object.entries(columns)
          .filter(([, kept]) => typeof kept !== 'string' && kept.kept === 'encrypted')
          .map(([column]) => ({ table, column }))
      : [],
  )
}
