import fc from 'fast-check'
import type { ExprJson, Uid } from '../index.ts'

/** Expressions of all operators, mostly well typed, over a small world, so that policies match, fail and overflow often. */

const TYPES: readonly string[] = ['Person', 'Group', 'Doc', 'Ns::Thing']

export const uids: fc.Arbitrary<Uid> = fc.record({
  type: fc.constantFrom(...TYPES),
  id: fc.constantFrom('0', '1', '2', 'ü"\\'),
})

/** Attributes, by the type that they mostly have: see `entities.ts`. */
const BY_TYPE = {
  bool: ['flag'],
  long: ['n', 'm'],
  string: ['s', 'if'],
  set: ['set', 'refs'],
  record: ['rec'],
  entity: ['ref'],
  decimal: ['dec'],
  ip: ['ip'],
  datetime: ['dt'],
  duration: ['dur'],
  any: ['missing', '__proto__', 'two words', 'constructor'],
} as const

type Kind = keyof typeof BY_TYPE
const KINDS = Object.keys(BY_TYPE) as Kind[]

export const texts: fc.Arbitrary<string> = fc.constantFrom('', 'a', 'ab', 'a*b', 'aXXb', 'é😀', '"\\\n\0', '*', 'blue')
export const decimals: fc.Arbitrary<string> = fc.constantFrom(
  '1.0',
  '-1.5',
  '0.0001',
  '-0.0',
  '922337203685477.5807',
  '922337203685477.5808',
  '1',
  '1.00000',
  '.5',
  '+1.0',
  '00012.50',
)
export const ips: fc.Arbitrary<string> = fc.constantFrom(
  '127.0.0.1',
  '10.0.0.0/8',
  '10.1.2.3/32',
  '224.0.0.1',
  '::1',
  'ff00::/8',
  'fe80::1/64',
  '1:2:3:4:5:6:7::',
  '::ffff:1.2.3.4',
  '1.2.3.4/33',
  '01.2.3.4',
  '::/0',
  '0.0.0.0/0',
  '1.2.3.4/08',
)
export const datetimes: fc.Arbitrary<string> = fc.constantFrom(
  '1970-01-01',
  '1969-12-31T23:59:59.999Z',
  '2024-02-29',
  '2023-02-29',
  '0000-01-01',
  '9999-12-31T23:59:59+2359',
  '2024-10-15T11:35:00.123-0130',
  '2024-10-15T24:00:00Z',
  '2024-1-1',
  '2024-10-15T11:35:00z',
)
export const durations: fc.Arbitrary<string> = fc.constantFrom(
  '1d',
  '-1d2h3m4s5ms',
  '0ms',
  '106751991167d7h12m55s807ms',
  '106751991167d7h12m55s808ms',
  '-106751991167d7h12m55s808ms',
  '1h1d',
  '',
  '-',
  '1s',
  '36h',
)

const integers = fc.oneof(
  fc.integer({ min: -5, max: 5 }),
  fc.constantFrom(Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 1024, 1023, 4_503_599_627_370_496, -1024),
  fc.constantFrom(3_037_000_499, 3_037_000_500, 4_294_967_296, 2_147_483_648, -2_147_483_648),
)

/** The ends of 64 bits and their neighbours, which no literal can say: 2^62 is 2^52 * 2^10, and the greatest is 2^62 - 1 + 2^62. */
const limits: fc.Arbitrary<ExprJson> = (() => {
  const literal = (Value: number): ExprJson => ({ Value })
  const two = (operator: string, left: ExprJson, right: ExprJson): ExprJson => ({ [operator]: { left, right } })
  const half = two('*', literal(4_503_599_627_370_496), literal(1024))
  const greatest = two('+', two('-', half, literal(1)), half)
  const least = two('-', { neg: { arg: greatest } }, literal(1))
  return fc.constantFrom(
    half,
    greatest,
    least,
    two('-', greatest, literal(1)),
    two('+', least, literal(1)),
    { neg: { arg: half } },
    two('+', literal(9_007_199_254_740_991), literal(1)),
    two('-', literal(-9_007_199_254_740_991), literal(1)),
  )
})()

const value = (of: fc.Arbitrary<unknown>): fc.Arbitrary<ExprJson> => of.map((Value) => ({ Value }))

const cache = new Map<string, fc.Arbitrary<ExprJson>>()

/** An expression that is mostly of that kind. Each is built once: they consist of each other many times over. */
export function expressions(kind: Kind, depth: number): fc.Arbitrary<ExprJson> {
  const key = `${kind}${depth}`
  let made = cache.get(key)
  if (made === undefined) cache.set(key, (made = build(kind, depth)))
  return made
}

function build(kind: Kind, depth: number): fc.Arbitrary<ExprJson> {
  const leaves = leavesOf(kind)
  if (depth === 0) return leaves
  const other = fc.constantFrom(...KINDS).chain((any) => expressions(any, depth - 1))
  return fc.oneof(
    { weight: 4, arbitrary: leaves },
    { weight: 9, arbitrary: fc.oneof(...inner(kind, depth - 1)) },
    { weight: 1, arbitrary: other },
  )
}

function leavesOf(kind: Kind): fc.Arbitrary<ExprJson> {
  const call = (name: string, of: fc.Arbitrary<string>) => value(of).map((arg) => ({ [name]: [arg] }))
  const variable = fc.constantFrom('principal', 'action', 'resource').map((Var) => ({ Var }))
  const read = fc
    .tuple(fc.constantFrom('principal', 'resource', 'context'), fc.constantFrom(...BY_TYPE[kind]))
    .map(([Var, attr]) => ({ '.': { left: { Var }, attr } }))
  const literals: Record<Kind, fc.Arbitrary<ExprJson>> = {
    bool: value(fc.boolean()),
    long: value(integers),
    string: value(texts),
    set: fc
      .array(fc.oneof(value(integers), value(texts), value(uids.map((__entity) => ({ __entity })))), { maxLength: 4 })
      .map((Set) => ({ Set })),
    record: fc.constant({ Var: 'context' }),
    entity: fc.oneof(variable, value(uids.map((__entity) => ({ __entity })))),
    decimal: call('decimal', decimals),
    ip: call('ip', ips),
    datetime: call('datetime', datetimes),
    duration: call('duration', durations),
    any: value(fc.constantFrom(true, 1, 'a')),
  }
  return fc.oneof(literals[kind], read)
}

function inner(kind: Kind, depth: number): fc.Arbitrary<ExprJson>[] {
  const e = (of: Kind) => expressions(of, depth)
  const two = (operator: string, left: Kind, right: Kind = left) =>
    fc.record({ left: e(left), right: e(right) }).map((body) => ({ [operator]: body }))
  const one = (operator: string, arg: Kind) => e(arg).map((each) => ({ [operator]: { arg: each } }))
  const call = (name: string, ...args: Kind[]) => fc.tuple(...args.map(e)).map((list) => ({ [name]: list }))
  // Not written as a literal: an object with `then` looks like a promise to the linter.
  const names = ['if', 'then', 'else']
  const conditional = fc
    .tuple(e('bool'), e(kind), e(kind))
    .map((parts) => ({ 'if-then-else': Object.fromEntries(parts.map((part, at) => [names[at], part])) }))
  const attr = fc.constantFrom(...BY_TYPE[kind])
  const read = fc.record({ left: fc.oneof(e('entity'), e('record')), attr }).map((body) => ({ '.': body }))
  const tag = two('getTag', 'entity', 'string')
  switch (kind) {
    case 'bool':
      return [conditional, ...bools(e, two, one, call)]
    case 'long':
      return [
        conditional,
        read,
        tag,
        limits,
        two('+', 'long'),
        two('-', 'long'),
        two('*', 'long'),
        one('neg', 'long'),
        ...['toMilliseconds', 'toSeconds', 'toMinutes', 'toHours', 'toDays'].map((name) => call(name, 'duration')),
      ]
    case 'set': {
      const items = fc.constantFrom(...KINDS).chain((any) => fc.array(e(any), { maxLength: 12 }))
      return [conditional, read, items.map((Set) => ({ Set }))]
    }
    case 'record': {
      const keys = fc.constantFrom('n', 's', 'two words', '__proto__', 'rec')
      const entries = fc.uniqueArray(fc.tuple(keys, e('any')), { selector: ([name]) => name, maxLength: 3 })
      return [conditional, read, entries.map((list) => ({ Record: Object.fromEntries(list) }))]
    }
    case 'datetime':
      return [conditional, read, call('offset', 'datetime', 'duration'), call('toDate', 'datetime')]
    case 'duration':
      return [conditional, read, call('durationSince', 'datetime', 'datetime'), call('toTime', 'datetime')]
    case 'any':
      return KINDS.filter((each) => each !== 'any').map(e)
    default:
      return [conditional, read, tag]
  }
}

function bools(
  e: (of: Kind) => fc.Arbitrary<ExprJson>,
  two: (operator: string, left: Kind, right?: Kind) => fc.Arbitrary<ExprJson>,
  one: (operator: string, arg: Kind) => fc.Arbitrary<ExprJson>,
  call: (name: string, ...args: Kind[]) => fc.Arbitrary<ExprJson>,
): fc.Arbitrary<ExprJson>[] {
  const names = fc.constantFrom(...Object.values(BY_TYPE).flat())
  const same = fc.constantFrom(...KINDS).chain((kind) => fc.oneof(two('==', kind), two('!=', kind)))
  const left = fc.oneof(e('entity'), e('record'))
  const ordered = fc.constantFrom<Kind>('long', 'long', 'datetime', 'duration', 'any')
  const element = fc.oneof(
    fc.constant('Wildcard'),
    texts.map((Literal) => ({ Literal })),
  )
  return [
    one('!', 'bool'),
    two('&&', 'bool'),
    two('||', 'bool'),
    same,
    fc.tuple(fc.constantFrom('<', '<=', '>', '>='), ordered).chain(([operator, kind]) => two(operator, kind)),
    two('in', 'entity', 'entity'),
    two('in', 'entity', 'set'),
    two('contains', 'set', 'any'),
    two('containsAll', 'set'),
    two('containsAny', 'set'),
    one('isEmpty', 'set'),
    two('hasTag', 'entity', 'string'),
    fc.record({ left, attr: names }).map((has) => ({ has })),
    fc
      .record({ left, attr: fc.array(fc.constantFrom('rec', 'n', 'ref', 's'), { minLength: 2, maxLength: 3 }) })
      .map((has) => ({ has })),
    fc.record({ left: e('string'), pattern: fc.array(element, { maxLength: 4 }) }).map((like) => ({ like })),
    fc.record({ left: e('entity'), entity_type: fc.constantFrom(...TYPES) }).map((is) => ({ is })),
    fc.record({ left: e('entity'), entity_type: fc.constantFrom(...TYPES), in: e('entity') }).map((is) => ({ is })),
    ...['lessThan', 'lessThanOrEqual', 'greaterThan', 'greaterThanOrEqual'].map((name) =>
      call(name, 'decimal', 'decimal'),
    ),
    ...['isIpv4', 'isIpv6', 'isLoopback', 'isMulticast'].map((name) => call(name, 'ip')),
    call('isInRange', 'ip', 'ip'),
    call('isInRange', 'ip'),
    call('isIpv4', 'ip', 'ip'),
  ]
}
