import type { EnforceSql } from '../enforce.ts'
import { wrap } from './wrap.ts'

/** A Database of better-sqlite3, or a DatabaseSync of node:sqlite: both are synchronous, and throw. */
export function guardSqlite(database: object, enforce: EnforceSql): void {
  for (const name of ['prepare', 'exec']) guardMethod(database, name, enforce, '')
  guardMethod(database, 'pragma', enforce, 'PRAGMA ')
}

function guardMethod(database: object, name: string, enforce: EnforceSql, before: string): void {
  wrap(
    database,
    name,
    (original) =>
      function (this: unknown, text: unknown, ...rest: unknown[]) {
        if (typeof text === 'string') enforce(before + text)
        return original.call(this, text, ...rest)
      },
  )
}
