import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalize } from '../json.ts'
import { jsonProblem } from '../json.ts'
import { scrub, scrubText } from './index.ts'

/** Pieces that the finders look for, put together in any order. */
const PIECES = fc.constantFrom(
  'password',
  'token',
  'cookie',
  'key',
  '=',
  ':',
  '=>',
  '||',
  ',',
  '|',
  ' ',
  '\n',
  '"',
  "'",
  '\\',
  '&',
  ';',
  '{',
  '}',
  '[',
  ']',
  '@',
  '//',
  'a',
  'user',
  '-p ',
  '<secret>',
  '</secret>',

  '4111111111111111',
  '4111 1111',
  '1111',
  '4',
  '٤',
  '-',
  '12/27 123',
  '123456789012',
  'Bearer ',
  '%20',
  '%3D',
  '\\u003d',
  'Zm9vYmFyPXBhc3N3b3JkOmh1bnRlcjI=',

  'hfk_ABCDEFGHIJKLMNOPQRSTUVWXYZ012345',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc',
  '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',
  'x1y2z3w4q5',
  '-----BEGIN PRIVATE KEY-----',
  '[redacted:',
  '[redacted:card ****1111]',
  '[redacted:password]',
  '\0',
  '\ud800',
)
const texts = fc.array(PIECES, { maxLength: 14 }).map((pieces) => pieces.join(''))

describe('properties', () => {
  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const once = scrubText(text)
        expect(scrubText(once)).toBe(once)
        expect(once).not.toContain('[redacted:unclear]')
      }),
      { numRuns: 2000 },
    )
  })

  it('always gives JSON that can be stored and hashed, twice the same', () => {
    const values = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      values: [texts, fc.double(), fc.boolean()],
      key: texts,
    })
    fc.assert(
      fc.property(values, fc.integer({ min: 20, max: 200 }), (value, text) => {
        const once = scrub(value, { text })
        expect(jsonProblem(once, 40)).toBeNull()
        expect(canonicalize(scrub(once, { text }))).toBe(canonicalize(once))
      }),
    )
  })

  it('lets no secret of ours through, whatever stands around it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), texts, (before, after) => {
        const secret = randomBytes(32).toString('base64url')
        expect(JSON.stringify(scrub({ text: `${before}hfk_${secret}${after}` }))).not.toContain(secret)
      }),
    )
  })

  const HOSTILE = [
    'eyJ',
    'eyJ.',
    '-----BEGIN PRIVATE KEY-----',
    '-----END A',
    '://a',
    '://a:',
    '//a@b',
    'hfs_',
    'sk-',
    'xoxb-',
    'ghp_',
    'AKIA',
    'A',
    'aA1',
    'pat.',
    'f0-',
    '4',
    '4 ',
    '4111 1111 1111 111',
    '4111-1111-1111-1111 ',
    '4111111111111111^',
    '1.1.',
    '1-',

    '=',
    'a=',
    'a:',
    'a,',
    '"a":',
    '"\\',
    '\\',
    'password=',
    'password="',
    'password={',
    'password=[[',
    '{',
    '<secret>',
    "'a',",
    'secret ',
    'password is ',
    'cookie: ',
    'key key ',

    'bearer ',
    '-p ',
    '--password ',
    '-u a:',
    "PASSWORD '",
    '%25',
    '%2525',
    '\\u0041',
    '&#65;',
    '＝',
    'Zm9v',
    '[redacted:',
    '[redacted:card ****1111]',
    'token=a1B2c3D4e5F6g7H8i9J0 ',
  ]
  it.each(HOSTILE)('takes work in proportion to %j over and over', (piece) => {
    const small = work(piece, 20_000)
    // Eight times the text: a quadratic expression takes 64 times the work. CPU time, so that a busy machine does not
    // count.
    const large = work(piece, 160_000)
    expect(large / Math.max(small, 20)).toBeLessThan(32)
  })
})

/** Milliseconds of CPU. */
function work(piece: string, length: number): number {
  const text = piece.repeat(Math.ceil(length / piece.length))
  const before = process.cpuUsage()
  scrubText(text)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
