import { keyIdOf, OpenError } from '@holdfast/envelope'
import type { Database, Transaction } from '../../platform/database/database.ts'
import type { Keeping, Tables } from '../../platform/database/tables.ts'
import { columnTypes, knownKeys, sampleColumn } from './store/keeping.ts'

/** The types in which each way of keeping can be stored. */
const types: Readonly<Record<Exclude<Keeping, 'plain'>, readonly string[]>> = {
  encrypted: ['bytea'],
  // bigint[]: keyed hashes of words; text: a password hash in PHC form
  digest: ['bytea', 'bigint[]', 'text'],
  wrapped: ['bytea'],
}

const phc = /^\$argon2id\$v=\d+\$[a-z0-9=,]+\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+$/

export interface KeepingState {
  readonly problems: readonly string[]
  readonly counts: Readonly<Record<Keeping, number>>
}

/** Looks into the live database: whether every column that is personal or secret is kept as it is declared. */
export function keepingProblems(database: Database, tables: Tables): Promise<KeepingState> {
  return database.asSystem(async (tx) => {
    const real = await columnTypes(tx)
    const problems: string[] = []
    const counts: Record<Keeping, number> = { encrypted: 0, digest: 0, wrapped: 0, plain: 0 }
    for (const [table, { columns }] of Object.entries(tables)) {
      for (const [column, declared] of Object.entries(columns)) {
        if (typeof declared === 'string') continue
        const name = `${table}.${column}`
        counts[declared.kept]++
        if (declared.kept === 'plain') {
          if (!declared.reason?.endsWith('.')) problems.push(`${name} is readable and gives no reason`)
          continue
        }
        const type = real.get(name)
        if (type === undefined) problems.push(`${name} is declared and missing`)
        else if (!types[declared.kept].includes(type)) problems.push(`${name} is ${type}, and not ${declared.kept}`)
        else if (declared.kept === 'encrypted') problems.push(...(await sealedProblems(tx, table, column)))
        else if (type === 'text') problems.push(...(await hashProblems(tx, table, column)))
      }
    }
    return { problems, counts }
  })
}

/** Some values: each of the one format, and under a key that there is. */
async function sealedProblems(tx: Transaction, table: string, column: string): Promise<string[]> {
  const ids = new Set<string>()
  for (const value of await sampleColumn<Buffer>(tx, table, column)) {
    try {
      ids.add(keyIdOf(value))
    } catch (error) {
      if (!(error instanceof OpenError)) throw error
      return [`${table}.${column} holds something that is not encrypted`]
    }
  }
  const known = await knownKeys(tx, [...ids])
  return known === ids.size ? [] : [`${table}.${column} is under a key that is not there`]
}

async function hashProblems(tx: Transaction, table: string, column: string): Promise<string[]> {
  const values = await sampleColumn<string>(tx, table, column)
  return values.every((value) => phc.test(value)) ? [] : [`${table}.${column} holds something that is no password hash`]
}
