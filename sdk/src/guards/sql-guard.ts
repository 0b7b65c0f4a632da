import type { MiddlewareHandler as HonoMiddleware } from 'hono'
import type { RequestHandler } from 'express'
import { guardMysql2 } from './drivers/mysql2.ts'
import { guardPg } from './drivers/pg.ts'
import { guardSqlite } from './drivers/sqlite.ts'
import { createEnforcer, type SqlGuardOptions } from './enforce.ts'
import { traceExpressRequest } from './trace/express.ts'
import { traceContext } from './trace/hono.ts'

export type { SqlFinding } from './sql/check.ts'
export type { SqlGuardOptions } from './enforce.ts'
export type { SqlDialect, SqlSettings } from './sql/token.ts'
export { type TracedRequest, traceRequest, traceValue } from './trace/request.ts'
export { Sql, sql, type Statement } from '../filters/sql.ts'

const DRIVERS = { postgresql: guardPg, mysql: guardMysql2, sqlite: guardSqlite }

/**
 * Looks at every query before it is sent: one in which a value of the request under way is more than a value (ends a literal, opens a comment,
 * is more than one token) is refused. Parameters are never suspect, nor is what the `sql` tag made.
 * @param database a Client or Pool of `pg`, a connection or pool of `mysql2`, a Database of `better-sqlite3` or `node:sqlite`. It is guarded
 *   itself, for everybody who has it
 * @returns the same
 * @throws TypeError when it is guarded already, or is none of these
 */
export function guardSql<Database extends object>(database: Database, options: SqlGuardOptions): Database {
  const isKnown = options.dialect === 'sqlite' ? 'prepare' in database : 'query' in database
  if (!isKnown) throw new TypeError(`This is no database of ${options.dialect} that is known here.`)
  DRIVERS[options.dialect](database, createEnforcer(options))
  return database
}

/** Express middleware for applications without `holdfast()`, which traces by itself. A body may be parsed before it or after. */
export function traceExpress(): RequestHandler {
  return (request, _response, next) => {
    traceExpressRequest(request, next)
  }
}

/** Hono middleware for applications without `holdfast()`. */
export function traceHono(): HonoMiddleware {
  return (c, next) => traceContext(c, next)
}
