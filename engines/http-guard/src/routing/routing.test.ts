import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compilePath } from './pattern.ts'
import { methodsOf, resourceOf } from './resource.ts'
import { type RouteRule, RouteRules } from './settings.ts'
import { type Asked, compileTable } from './table.ts'

const rules = RouteRules.parse([
  { path: '/orders/special', method: 'GET', action: 'viewSpecial' },
  { path: '/orders/{id}', method: 'GET', action: 'view', resource: { type: 'Order', id: { path: 'id', as: 'long' } } },
  { path: '/orders/{id}', method: 'DELETE', action: 'delete', resource: { type: 'Order', id: { path: 'id' } } },
  { path: '/files/public/**', public: true },
  { path: '/files/**', action: 'read', resource: { type: 'File', id: { path: '**' } } },
  { path: '/find', action: 'find', resource: { type: 'Shop', id: { query: 'shop' } } },
])
const table = compileTable(rules)
const ask = (path: string, method = 'GET', more: Partial<Asked> = {}): Asked => ({
  methods: [method],
  path,
  readings: [path],
  query: '',
  ...more,
})
/** The route's action, `public`, or what became of it instead. */
function routed(asked: Asked): string {
  const found = table.find(asked)
  return found.kind === 'route' ? (found.rule.action ?? 'public') : found.kind
}
function acted(asked: Asked): unknown {
  const found = table.find(asked)
  if (found.kind !== 'route') return found.kind
  const named = resourceOf(found.rule, asked, found.parameters)
  return 'why' in named ? named.why : `${named.uid.type} ${named.uid.id}`
}

test.each([
  ['/orders/7', 'GET', 'view'],
  ['/orders/7', 'HEAD', 'view'],
  ['/orders/7', 'DELETE', 'delete'],
  ['/orders/7', 'PATCH', 'none'],
  ['/orders/special', 'GET', 'viewSpecial'],
  ['/orders', 'GET', 'none'],
  ['/orders/7/lines', 'GET', 'none'],
  ['/files', 'GET', 'read'],
  ['/files/public/a/b', 'GET', 'public'],
  ['/files/publics', 'GET', 'read'],
])('%s by %s is %s', (path, method, action) => expect(routed(ask(path, method))).toBe(action))

describe('what dodges a route for one program is of no route', () => {
  test.each([
    ['case', ask('/Orders/7')],
    ['case of a later part', ask('/files/PUBLIC/x')],
    ['a slash at the end', ask('/orders/7/')],
    ['case and slash', ask('/ORDERS/special/')],
    [
      'what a decoding makes another route',
      ask('/orders/speci%61l', 'GET', { readings: ['/orders/speci%61l', '/orders/special'] }),
    ],
    [
      'parameters of a segment',
      ask('/orders/special;v=1', 'GET', { readings: ['/orders/special;v=1', '/orders/special'] }),
    ],
    ['a parameter that may end earlier', ask('/orders/7;8', 'GET', { readings: ['/orders/7;8', '/orders/7'] })],
    ['a path that cannot be known', ask('/orders/%2537', 'GET', { readings: [] })],
    ['another method in a header', ask('/orders/7', 'GET', { methods: ['GET', 'DELETE'] })],
  ])('%s', (_, asked) => expect(routed(asked)).toBe('ambiguous'))

  test('a case that is a parameter stays the text that it is', () => {
    expect(
      acted(
        ask('/files/Read Me', 'GET', { path: '/files/Read%20Me', readings: ['/files/Read%20Me', '/files/Read Me'] }),
      ),
    ).toBe('File Read Me')
  })
})

test.each(['07', '7.0', '+7', '7abc', '7%00', '0x7', '9223372036854775808', '-0'])('%s is no number', (text) => {
  expect(acted(ask(`/orders/${text}`))).toMatch(/not written as a long|64 bits/)
})

describe('a value of the query', () => {
  const at = (query: string) => acted(ask('/find', 'GET', { query }))
  test.each([
    ['?shop=a', 'Shop a'],
    ['?x=1&shop=a%20b', 'Shop a b'],
    ['?shop=a+b', 'Shop a b'],
  ])('%s', (query, is) => expect(at(query)).toBe(is))
  test.each([
    '',
    '?shop',
    '?Shop=a',
    '?shop=a&shop=b',
    '?shop=a&shop=a',
    '?shop=a&SHOP=b',
    '?shop=a&shop[]=b',
    '?shop=a&shop[0]=b',
    '?shop=a&%73hop=b',
    '?%73hop=b',
    '?shop=a;shop=b',
    '?shop=a;x=b',
    '?shop=a&+shop=b',
    '?shop=a&shop%00x=b',
    '?shop%00=a',
    '?shop=a%2562',
    '?shop=',
    '?shop=+a',
    '?shop=a%00',
  ])('%s is none', (query) => expect(at(query)).not.toMatch(/^Shop /))
})

test('methods that stand elsewhere', () => {
  expect(methodsOf('POST', null, '?a=1')).toEqual(['POST'])
  expect(methodsOf('POST', 'delete, PUT', '')).toEqual(['POST', 'DELETE', 'PUT'])
  expect(methodsOf('POST', null, '?_method=delete')).toEqual(['POST', 'DELETE'])
  expect(methodsOf('POST', null, '?%5Fmethod=delete')).toEqual(['POST', 'DELETE'])
  expect(methodsOf('POST', 'POST', '?_METHOD=post')).toEqual(['POST'])
  // What PHP calls `_method`, and what does not care for case.
  for (const name of ['.method', '_METHOD', '-Method', '%5fmethod', '_method%00x', '_method[]'])
    expect(methodsOf('POST', null, `?a=1&${name}=DELETE`)).toEqual(['POST', 'DELETE'])
})

test.each([
  [{ path: '/a', public: true, action: 'x' }],
  [{ path: '/a', resource: { type: 'A', id: { value: 'a' } } }],
  [{ path: '/a', action: 'x', resource: { type: 'A', id: { path: 'id' } } }],
  [{ path: '/a', action: 'x', resource: { type: 'Person', id: { value: 'ada' } } }],
  [{ path: '/a/{b}c' }],
  [{ path: '/a/**/b' }],
  [{ path: '/a', surprise: 1 }],
])('%j is no route', (rule) => expect(RouteRules.safeParse([rule]).success).toBe(false))

test('a route without a resource is one itself', () => {
  const rule: RouteRule = { path: '/reports/{year}', action: 'get' }
  const own = compileTable([rule]).find(ask('/reports/2026'))
  expect(own.kind === 'route' && resourceOf(rule, ask('/reports/2026'), own.parameters)).toMatchObject({
    uid: { type: 'Route', id: '/reports/{year}' },
    attrs: { method: 'get', path: '/reports/{year}' },
  })
})

test('whatever a path is: it fits loosely where it fits exactly, and a route that is found is the first that fits', () => {
  const segment = fc.constantFrom('a', 'A', 'b', '', '{id}', 'é', 'a%20')
  const paths = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join('/')}`)
  const end = fc.constantFrom('', '/**', '*')
  fc.assert(
    fc.property(fc.array(fc.tuple(paths, end), { maxLength: 5 }), paths, (patterns, path) => {
      const all = patterns.map(([start, tail]) => compilePath(start + tail))
      for (const pattern of all) if (pattern.exactly(path)) expect(pattern.loosely(path)).toBe(true)
      const found = compileTable(patterns.map(([start, tail]) => ({ path: start + tail }))).find(ask(path))
      const exact = all.findIndex((pattern) => pattern.exactly(path))
      if (found.kind === 'route') expect(found.index).toBe(exact)
      if (found.kind === 'none') expect(exact).toBe(-1)
    }),
  )
})
