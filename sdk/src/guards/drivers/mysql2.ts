import type { EnforceSql } from '../enforce.ts'
import { isObject, isWrapped, refuse, wrap } from './wrap.ts'

/** On the options of a query that the pool has asked about. mysql2 copies them, with what is on them. */
const ASKED = Symbol('asked')

interface MysqlPool {
  on(event: 'connection', call: (connection: object) => void): unknown
}

/** A connection or pool of mysql2, or what `mysql2/promise` makes of one. A pool asks when the query is given to it. */
export function guardMysql2(database: object, enforce: EnforceSql): void {
  const core = coreOf(database)
  const isPool = 'getConnection' in core
  for (const name of ['query', 'execute', 'prepare']) guardMethod(core, name, enforce, isPool)
  if (!isPool) return
  const pool = core as object as MysqlPool
  const guardConnection = (connection: object) => {
    if (isWrapped(connection)) return
    for (const name of ['query', 'execute', 'prepare']) guardMethod(connection, name, enforce, false)
  }
  pool.on('connection', guardConnection)
  // Those that it has opened before.
  const open = Reflect.get(pool, '_allConnections') as { readonly length: number; get(at: number): object } | undefined
  for (let at = 0; at < (open?.length ?? 0); at++) guardConnection(open?.get(at) as object)
}

function coreOf(database: object): object {
  for (const name of ['pool', 'connection']) {
    const core: unknown = Reflect.get(database, name)
    if (isObject(core) && typeof core['query'] === 'function') return core
  }
  return database
}

function guardMethod(target: object, name: string, enforce: EnforceSql, passesOn: boolean): void {
  wrap(
    target,
    name,
    (original) =>
      function (this: unknown, query: unknown, ...rest: unknown[]) {
        const text = isObject(query) ? query['sql'] : query
        if (typeof text !== 'string' || isAsked(query)) return original.call(this, query, ...rest)
        try {
          enforce(text)
        } catch (error) {
          return refuse(rest, error, (reason) => {
            throw reason
          })
        }
        if (!passesOn) return original.call(this, query, ...rest)
        return original.call(this, { ...(isObject(query) ? query : { sql: text }), [ASKED]: true }, ...rest)
      },
  )
}

/** Options, or the command that the pool has made of them. */
function isAsked(query: unknown): boolean {
  if (!isObject(query)) return false
  const options = query['_queryOptions']
  return query[ASKED] === true || (isObject(options) && options[ASKED] === true)
}
