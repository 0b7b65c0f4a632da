import { DatabaseSync } from 'node:sqlite'
import { guardSql, traceRequest } from '@holdfast/sdk/sql-guard'
import type { Row } from '../lib/row.ts'
import { type Side, timed, worstOf } from '../lib/timed.ts'

const HEADERS = {
  host: 'shop.example',
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
  'accept-language': 'de-DE,de;q=0.9,en;q=0.8',
  'accept-encoding': 'gzip, deflate, br, zstd',
  referer: 'https://shop.example/products?query=kettle',
  cookie: 'theme=dark; session=4fUx0sMZ5rJr2Q0V5n8jT2wH7yKqLbXcE1aN; consent=2026-01-01',
}
const QUERY = 'SELECT id, name, price FROM products WHERE name = ? AND stock > 0 ORDER BY name LIMIT 20'

/** A database in memory: beside a query over a network the guard is less. */
function open(): DatabaseSync {
  const database = new DatabaseSync(':memory:')
  database.exec('CREATE TABLE products (id integer, name text, price integer, stock integer)')
  return database
}

/** Queries with the guard and without, of a request with what a browser sends. */
export const sqlGuard: Row = {
  name: 'sql-guard',
  title: 'A query of SQLite in memory, with the SQL guard',
  peer: 'the same without',
  run: async ({ rounds, seconds }) => {
    const guarded = guardSql(open(), { dialect: 'sqlite' })
    const plain = open()
    let number = 0
    const request = (body: unknown) => ({ headers: HEADERS, url: `/products?query=kettle&page=${number++}`, body })
    const known = (database: DatabaseSync): Side => {
      return () => traceRequest(request({}), () => database.prepare(QUERY).all('kettle').length)
    }
    const ten = (database: DatabaseSync): Side => {
      return () =>
        traceRequest(request({}), () => {
          let rows = 0
          for (let n = 0; n < 10; n++) rows += database.prepare(QUERY).all('kettle').length
          return rows
        })
    }
    const literal = (database: DatabaseSync): Side => {
      return () => {
        const name = `kettle ${number}`
        return traceRequest(request({ name }), () => {
          return database.prepare(QUERY.replace('?', `'${name}'`)).all().length
        })
      }
    }
    const holding = (texts: readonly string[]): Side => {
      const values = texts.map((text) => text.replaceAll("'", "''"))
      return () => {
        for (const value of values) {
          traceRequest({ headers: {}, body: [value, texts[0]] }, () =>
            guarded.prepare(`SELECT ${number++}, '${value}'`),
          )
        }
        return number
      }
    }
    const hostile = ["'", "\\'", 'a', '/*', "' or '", '1,', '%27', 'a b '].map((text) =>
      text.repeat(Math.ceil(65_536 / text.length)),
    )
    return [
      timed('a query that is known, value as a parameter', 'us', known(guarded), known(plain), rounds, seconds),
      timed('ten of them in one request', 'us', ten(guarded), ten(plain), rounds, seconds),
      timed('a new query each time, value in a literal', 'us', literal(guarded), literal(plain), rounds, seconds),
      worstOf(hostile, 'lorem ipsum dolor sit amet '.repeat(2428), holding, rounds),
    ]
  },
}
