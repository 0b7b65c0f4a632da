import type { ValueJson } from '@holdfast/policy'
import type { Random } from './random.ts'

/** The kinds of attributes that a random table has. */
export const KINDS = [
  'string',
  'long',
  'bool',
  'person',
  'decimal',
  'datetime',
  'duration',
  'ip',
  'strings',
  'longs',
  'people',
  'record',
] as const
export type Kind = (typeof KINDS)[number]

/** Texts that LIKE, quoting, or a comparison that is not exact would get wrong. None has what PostgreSQL cannot hold. */
export const TEXTS: readonly string[] = [
  '',
  'a',
  'A',
  'ab',
  'a ',
  ' a',
  'a*b',
  'a%b',
  'a_b',
  'axb',
  'a\\b',
  '%',
  '_',
  '\\',
  "o'hara",
  `"; DROP TABLE docs; --`,
  "' OR TRUE --",
  '$1',
  'é',
  'e\u0301',
  '😀',
  '\ufffd',
  'line\nbreak',
  'ß',
  'SS',
  'blue',
]
/** Texts that may only come from a request: PostgreSQL has no NUL, and would read a lone surrogate as another character. */
export const FOREIGN_TEXTS: readonly string[] = ['a\0', '\0', '\ud800', 'a\udc00b']

const LONGS: readonly (number | bigint)[] = [
  0,
  1,
  -1,
  2,
  3,
  7,
  100,
  -100,
  1024,
  Number.MAX_SAFE_INTEGER,
  9_223_372_036_854_775_807n,
  -9_223_372_036_854_775_808n,
  4_611_686_018_427_387_904n,
  3_037_000_500,
]
const SMALL: readonly number[] = [0, 1, -1, 2, 3, 7, 100, -100, 1024, 32_767, -32_768]
export const DECIMALS: readonly string[] = [
  '0.0',
  '1.0',
  '-1.5',
  '0.0001',
  '12.34',
  '922337203685477.5807',
  '-922337203685477.5808',
]
export const DATETIMES: readonly string[] = [
  '1970-01-01',
  '1969-12-31T23:59:59.999Z',
  '2024-02-29',
  '2024-02-29T00:00:00.001Z',
  '2024-10-15T11:35:00.123-0130',
  '9999-12-31T23:59:59.999Z',
  '0001-01-01',
]
export const DURATIONS: readonly string[] = [
  '0ms',
  '1d',
  '-1d2h3m4s5ms',
  '36h',
  '106751991167d7h12m55s807ms',
  '-106751991167d7h12m55s808ms',
  '999ms',
  // Of which a quotient in days, when it is rounded, is one more.
  '106751991166d23h59m59s999ms',
]
export const IPS: readonly string[] = [
  '127.0.0.1',
  '127.0.0.0/8',
  '10.0.0.1',
  '10.0.0.0/8',
  '10.0.0.1/8',
  '224.0.0.1',
  '0.0.0.0/0',
  '::1',
  'ff00::/8',
  'fe80::1/64',
  '::/0',
]

export interface Pool {
  /** Ids of people, in the form in which this world stores them. */
  readonly people: readonly string[]
  /** Whether longs are kept in two bytes. */
  readonly small: boolean
}

const extension = (fn: string, arg: string): ValueJson => ({ __extn: { fn, arg } })
export const person = (id: string): ValueJson => ({ __entity: { type: 'Person', id } })

/** A value of a kind, in Cedar's JSON form. */
export function valueOf(kind: Kind, random: Random, pool: Pool): ValueJson {
  switch (kind) {
    case 'string':
      return random.pick(TEXTS)
    case 'long':
      return random.pick<number | bigint>(pool.small ? SMALL : LONGS)
    case 'bool':
      return random.chance(50)
    case 'person':
      return person(random.pick(pool.people))
    case 'decimal':
      return extension('decimal', random.pick(DECIMALS))
    case 'datetime':
      return extension('datetime', random.pick(DATETIMES))
    case 'duration':
      return extension('duration', random.pick(DURATIONS))
    case 'ip':
      return extension('ip', random.pick(IPS))
    case 'strings':
      return random.list(3, () => random.pick(TEXTS))
    case 'longs':
      return random.list(3, () => random.pick<number | bigint>(pool.small ? SMALL : LONGS))
    case 'people':
      return random.list(3, () => person(random.pick(pool.people)))
    default:
      return {
        n: random.pick<number | bigint>(pool.small ? SMALL : LONGS),
        ...(random.chance(50) && { s: random.pick(TEXTS) }),
        ...(random.chance(50) && { inner: { flag: random.chance(50) } }),
      }
  }
}
