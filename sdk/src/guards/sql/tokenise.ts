import { Cursor } from './cursor.ts'
import { readMysql } from './mysql.ts'
import { readPostgresql } from './postgresql.ts'
import { readSqlite } from './sqlite.ts'
import type { SqlDialect, SqlSettings, Tokens } from './token.ts'

const READERS = { postgresql: readPostgresql, mysql: readMysql, sqlite: readSqlite }

/**
 * Reads a whole query. Never throws; what the server would refuse is read to the end all the same.
 * @param text in UTF-8, one character a byte (`bytesOf`); offsets are bytes
 */
export function tokenise(dialect: SqlDialect, text: string, settings: SqlSettings = {}): Tokens {
  const cursor = new Cursor(text)
  const read = READERS[dialect]
  while (cursor.at < text.length) read(cursor, settings)
  return cursor.tokens
}
