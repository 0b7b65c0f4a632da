import { describe, expect, it } from 'vitest'
import { Trace, type TracedRequest } from '../trace/request.ts'
import { createSqlChecker, type CheckerOptions } from './check.ts'
import type { SqlDialect } from './token.ts'

const DIALECTS: readonly SqlDialect[] = ['postgresql', 'mysql', 'sqlite']

function found(query: string, request: Partial<TracedRequest>, options: Partial<CheckerOptions> = {}) {
  const check = createSqlChecker({ dialect: 'postgresql', ...options })
  return check(query, new Trace({ headers: {}, ...request }))?.breach ?? null
}
const body = (...values: unknown[]) => ({ body: values })

describe.each(DIALECTS)('a value in a query of %s', (dialect) => {
  const of = (query: string, ...values: unknown[]) => found(query, body(...values), { dialect })

  it.each([
    ["x' OR '1'='1", (v: string) => `SELECT * FROM t WHERE name = '${v}'`, 'ends_literal'],
    ["admin'-- ", (v: string) => `SELECT * FROM t WHERE name = '${v}' AND pw = ''`, 'comment'],
    ["a' UNION SELECT pw FROM people/*", (v: string) => `SELECT * FROM t WHERE name LIKE '%${v}%'`, 'comment'],
    ['1 OR 1=1', (v: string) => `SELECT * FROM t WHERE id = ${v}`, 'tokens'],
    ['1;DROP TABLE t', (v: string) => `SELECT * FROM t WHERE id = ${v}`, 'tokens'],
    ['1=1', (v: string) => `SELECT * FROM t WHERE ${v}`, 'tokens'],
    ['sleep(9)', (v: string) => `SELECT * FROM t WHERE id = ${v}`, 'tokens'],
    ['name DESC', (v: string) => `SELECT * FROM t ORDER BY ${v}`, 'tokens'],
    ['name, (SELECT 1)', (v: string) => `SELECT * FROM t ORDER BY ${v} ASC`, 'tokens'],
    ['t WHERE 1=2 UNION SELECT 1', (v: string) => `SELECT * FROM ${v}`, 'tokens'],
    ['a"; DROP TABLE t', (v: string) => `SELECT "${v}" FROM t`, 'ends_literal'],
    ['*/ 1 /*', (v: string) => `SELECT /* ${v} */ 2`, 'comment'],
    ['x\nUNION SELECT 1', (v: string) => `SELECT 1 -- ${v}`, 'comment'],
    ['--', (v: string) => `SELECT * FROM t WHERE id = 1 ${v} AND secret = 0`, 'comment'],
    ['1/**/OR/**/1', (v: string) => `SELECT * FROM t WHERE id = ${v}`, 'comment'],
    ['1\u00a0OR 1', (v: string) => `SELECT * FROM t WHERE id = ${v}`, 'tokens'],
    ['2 OR name=\u2019é\u2019', (v: string) => `SELECT 'ü', id FROM t WHERE id = ${v}`, 'tokens'],
  ] as const)('%j is seen where it is code', (value, query, breach) => {
    expect(of(query(value), value)).toBe(breach)
  })

  it.each([
    ['trimmed', '  1 OR 1=1 ', '1 OR 1=1'],
    ['in lower case', '1 UNION SELECT Pw', '1 union select pw'],
    ['in upper case', "x' or ''='é", "X' OR ''='É"],
    ['percent-decoded', '1%20OR%201%3D1', '1 OR 1=1'],
    ['decoded twice', '1%2520OR%25201', '1 OR 1'],
    ['decoded as a form', '1+OR+1%3D1', '1 OR 1=1'],
    ['decoded beside a broken escape', '100%+1%20OR+1', '100% 1 OR 1'],
    ['normalised', '1 OR \uff11\uff1d\uff11', '1 OR 1=1'],
    ['without its quotes', "1 OR 'a'=a", '1 OR a=a'],
    ['with its quotes doubled, outside of a literal', "1 OR a='b'", "1 OR a=''b''"],
    ['with its blanks put together', '1   OR\t1=1', '1 OR 1=1'],
    ['without NUL', '1 OR\0 1', '1 OR 1'],
    ['a piece behind a comma', 'id,(SELECT pw FROM t)', '(SELECT pw FROM t)'],
    ['a piece behind a colon', 'id:1 OR 1=1', '1 OR 1=1'],
    ['a word of it', 'hello 1/**/OR/**/1=1', '1/**/OR/**/1=1'],
    ['in JSON in a text', '{"id":"1 OR 1=1"}', '1 OR 1=1'],
  ])('%s by the application it is seen too', (_, sent, used) => {
    expect(of(`SELECT * FROM t WHERE id = ${used}`, sent)).not.toBeNull()
  })

  it('is seen when it came as a list, as a member or as the name of a member', () => {
    expect(of('SELECT * FROM t WHERE id = 1,a,b=c', ['1', 'a', 'b=c'])).toBe('tokens')
    expect(of('SELECT * FROM t WHERE 1=1 OR x', { where: { deep: ['1=1 OR x'] } })).toBe('tokens')
    expect(of('INSERT INTO t (a) VALUES (1); DROP (1)', { 'a) VALUES (1); DROP': 1 })).toBe('tokens')
  })

  it.each([
    ['a', "SELECT a, name FROM t WHERE a = 'a' AND b = 1"],
    ['e F', 'SELECT name FROM t'],
    ['na', 'SELECT name FROM t'],
    ['name', 'SELECT name FROM t ORDER BY name'],
    ['select', 'SELECT * FROM t'],
    ['desc', 'SELECT * FROM t ORDER BY id desc'],
    ['5', 'SELECT * FROM t WHERE id = 5 LIMIT 50'],
    ['-5', 'SELECT * FROM t WHERE id = -5'],
    ['1.5e3', 'SELECT * FROM t WHERE price < 1.5e3'],
    ["O'Brien", "SELECT * FROM t WHERE name = 'O''Brien'"],
    ["'quoted'", "SELECT * FROM t WHERE name = '''quoted'''"],
    ["'' OR 1", "SELECT * FROM t WHERE name = ''''' OR 1'"],
    ['1 OR 1=1', "SELECT * FROM t WHERE name = '1 OR 1=1'"],
    ['-- no comment', "SELECT * FROM t WHERE name = '-- no comment'"],
    ['SELECT 1; DROP TABLE t', "INSERT INTO posts VALUES ('SELECT 1; DROP TABLE t')"],
    ['))', 'SELECT count(lower(name)) FROM t WHERE (a = (1))'],
    ['abc', 'SELECT "abc" FROM t'],
    ["'", "SELECT * FROM t WHERE name = ''''"],
    ['?', 'SELECT * FROM t WHERE id = ?'],
    ['$1', 'SELECT * FROM t WHERE id = $1'],
    ['Straße 日本', "SELECT * FROM t WHERE name = 'Straße 日本'"],
    ['curl/8.1 (x; y)', "INSERT INTO log VALUES ('curl/8.1 (x; y)')"],
  ])('%j makes no alarm', (value, query) => {
    expect(of(query, value)).toBeNull()
  })
})

describe('what dialects read otherwise', () => {
  const of = (dialect: SqlDialect, query: string, ...values: unknown[]) => found(query, body(...values), { dialect })

  it('a backslash escapes in MySQL, and in E literals of PostgreSQL', () => {
    const query = (a: string, b: string) => `SELECT * FROM t WHERE a = '${a}' AND b = '${b}'`
    expect(of('mysql', query('\\', ' OR 1=1 -- '), '\\', ' OR 1=1 -- ')).toBe('comment')
    expect(of('mysql', query('xy\\', 'b'), 'xy\\')).toBe('ends_literal')
    expect(of('postgresql', query('xy\\', 'b'), 'xy\\')).toBeNull()
    expect(of('postgresql', `SELECT E'xy\\'`, 'xy\\')).toBe('ends_literal')
    expect(of('mysql', `SELECT 'it\\'s'`, "it's")).toBeNull()
    expect(of('mysql', `SELECT '\\'a\\''`, "'a'")).toBeNull()
    expect(found(query('xy\\', 'b'), body('xy\\'), { dialect: 'mysql', noBackslashEscapes: true })).toBeNull()
  })

  it('#, conditional comments and double quotes in MySQL', () => {
    expect(of('mysql', 'SELECT * FROM t WHERE id = 1 # AND x', '1 #')).toBe('comment')
    expect(of('mysql', 'SELECT * FROM t WHERE id = 1/*!50000 OR 1*/', '1/*!50000 OR 1*/')).toBe('comment')
    expect(of('mysql', 'SELECT "a" OR "b"', 'a" OR "b')).toBe('ends_literal')
    expect(of('mysql', 'SELECT 5--1', '5--1')).toBe('tokens')
    expect(of('sqlite', 'SELECT 5--1', '5--1')).toBe('comment')
  })

  it('dollar quotes, nested comments and Unicode literals in PostgreSQL', () => {
    expect(of('postgresql', 'SELECT $$a$$ || b $$', 'a$$ || b')).toBe('ends_literal')
    expect(of('postgresql', 'SELECT $x$ 1 OR 1=1 $x$', '1 OR 1=1')).toBeNull()
    expect(of('postgresql', 'SELECT /* /* */ 1 OR 2 */ 3', '1 OR 2')).toBeNull()
    expect(of('sqlite', 'SELECT /* /* */ 1 OR 2 */ 3', '1 OR 2')).toBe('tokens')
    expect(of('postgresql', `SELECT U&'a''b'`, "a'b")).toBeNull()
  })

  it('names in brackets in SQLite', () => {
    expect(of('sqlite', 'SELECT [a b] FROM t', 'a b')).toBeNull()
    expect(of('sqlite', 'SELECT [a], b] FROM t', 'a], b')).toBe('ends_literal')
    expect(of('postgresql', 'SELECT a[b c] FROM t', 'b c')).toBe('tokens')
  })
})

describe('where values come from', () => {
  const query = 'SELECT * FROM t WHERE id = 1 OR 1=1'
  it.each<[string, Partial<TracedRequest>]>([
    ['the query', { url: '/things?id=1%20OR%201=1' }],
    ['a name in the query', { url: '/things?1%20OR%201%3D1=x' }],
    ['the path', { url: 'http://shop.example/things/1%20OR%201=1/x?y' }],
    ['a parameter of the route', { params: { id: '1 OR 1=1' } }],
    ['a cookie', { headers: { cookie: 'a=b; id=1 OR 1=1; c=d' } }],
    ['a header', { headers: new Headers({ 'x-id': '1 OR 1=1' }) }],
    ['a repeated header', { rawHeaders: ['X-Id', 'a', 'X-ID', '1 OR 1=1'] }],
    ['a form', { body: new URLSearchParams({ id: '1 OR 1=1' }) }],
  ])('%s', (_, request) => expect(found(query, request)).toBe('tokens'))

  it('what was given later counts from then on', () => {
    const check = createSqlChecker({ dialect: 'postgresql' })
    const trace = new Trace({ headers: {}, url: '/?x=SELECT%20*' })
    trace.give('1 OR 1=1')
    expect(check(query, trace)?.place).toBe('query')
    const other = new Trace({ headers: {} })
    other.give({ id: '1 OR 1=1' })
    expect(check(query, other)).toMatchObject({ place: 'given', name: 'id', evidence: '1 OR 1=1', start: 27 })
  })
})

describe('queries of the application', () => {
  it('that ran once without a value in them are known, and no value makes an alarm in them', () => {
    const check = createSqlChecker({ dialect: 'postgresql' })
    const query = 'SELECT name FROM products WHERE id = $1'
    const searching = new Trace({ headers: {}, url: '/?q=name+from+products' })
    expect(check(query, searching)?.breach).toBe('tokens')
    expect(check(query, new Trace({ headers: {}, url: '/?q=kettle' }))).toBeUndefined()
    expect(check(query, searching)).toBeUndefined()
  })

  it('that carry a value are never known', () => {
    const check = createSqlChecker({ dialect: 'postgresql' })
    const attack = "SELECT * FROM t WHERE name = 'a' OR 'bb'='bb'"
    for (const q of ["a' OR 'bb'='bb", 'bb', "a' OR 'bb'='bb"]) {
      const trace = new Trace({ headers: {}, url: `/?q=${encodeURIComponent(q)}` })
      expect(check(attack, trace)?.breach ?? null).toBe(q === 'bb' ? null : 'ends_literal')
    }
  })

  it('may name texts that they trust', () => {
    const options = { trusted: ['price DESC'] }
    expect(found('SELECT * FROM t ORDER BY price DESC', body('price desc'), options)).toBeNull()
    expect(found('SELECT * FROM t ORDER BY price DESC, x', body('price desc, x'), options)).toBe('tokens')
  })

  it('are refused when a request has more values than are kept', () => {
    const many = Array.from({ length: 60_000 }, (_, n) => `value ${n}`)
    expect(found('SELECT 1', body(many))).toBe('untraced')
    let deep: unknown = 'x'
    for (let n = 0; n < 200; n++) deep = [deep]
    expect(found('SELECT 1', body(deep))).toBe('untraced')
  })
})
