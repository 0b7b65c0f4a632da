import { Sql } from '../../filters/sql.ts'
import type { EnforceSql } from '../enforce.ts'
import { isObject, isWrapped, refuse, wrap } from './wrap.ts'

interface PgPool {
  on(event: 'connect', call: (client: object) => void): unknown
}

/**
 * A Client or Pool of node-postgres. A pool asks when the query is given to it: later, when a connection is free, another request may be
 * under way.
 */
export function guardPg(database: object, enforce: EnforceSql): void {
  const asked = new WeakSet()
  guardQueries(database, enforce, asked, isPool(database))
  if (!isPool(database)) return
  const guardClient = (client: object) => {
    if (!isWrapped(client)) guardQueries(client, enforce, asked, false)
  }
  database.on('connect', guardClient)
  // Those that it has opened before.
  const open = Reflect.get(database, '_clients') as readonly object[] | undefined
  open?.forEach(guardClient)
}

function isPool(database: object): database is PgPool {
  return 'totalCount' in database && 'connect' in database
}

function guardQueries(target: object, enforce: EnforceSql, asked: WeakSet<object>, passesOn: boolean): void {
  wrap(
    target,
    'query',
    (original) =>
      function (this: unknown, query: unknown, ...rest: unknown[]) {
        const isAsked = Sql.is(query) || (isObject(query) && asked.has(query))
        const text = isObject(query) ? query['text'] : query
        if (typeof text !== 'string') return original.call(this, query, ...rest)
        const isSubmittable = isObject(query) && typeof query['submit'] === 'function'
        if (!isAsked) {
          try {
            enforce(text)
          } catch (error) {
            if (isSubmittable) throw error
            return refuse(rest, error, (reason) => Promise.reject(reason))
          }
        }
        if (!passesOn) return original.call(this, query, ...rest)
        const passed = isObject(query) ? query : { text }
        asked.add(passed)
        return original.call(this, passed, ...rest)
      },
  )
}
