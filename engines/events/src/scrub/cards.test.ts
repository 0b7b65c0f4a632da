import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeCard, scrub, scrubText } from './index.ts'

/** Digits with the check digit that makes them a number of a scheme. */
function withCheck(digits: string): string {
  for (let check = 0; check < 10; check += 1) if (judgeCard(`${digits}${check}`) !== 'no') return `${digits}${check}`
  throw new Error(`${digits} belongs to no scheme`)
}

const SCHEMES: readonly (readonly [scheme: string, first: string, length: number])[] = [
  ['Visa', '4', 16],
  ['Visa of 13 digits', '4', 13],
  ['Mastercard', '51', 16],
  ['Mastercard', '55', 16],
  ['Mastercard, 2-series, first', '2221', 16],
  ['Mastercard, 2-series, last', '272099', 16],
  ['American Express', '34', 15],
  ['American Express', '37', 15],
  ['Discover', '6011', 16],
  ['Discover', '644', 16],
  ['Diners Club', '36', 14],
  ['Diners Club', '305', 14],
  ['JCB', '3528', 16],
  ['JCB', '3589', 16],
  ['UnionPay', '62', 16],
  ['UnionPay of 19 digits', '62', 19],
  ['Maestro', '6759', 16],
  ['Mir', '2200', 16],
  ['Mir', '2204', 16],
  ['RuPay', '6521', 16],
  ['RuPay', '8172', 16],
  ['Elo', '636368', 16],
  ['Verve', '506100', 16],
  ['Troy', '9792', 16],
  ['Uzcard', '8600', 16],
  ['Humo', '9860', 16],
]

describe('payment card numbers', () => {
  it.each(SCHEMES)('%s (%s..., %i digits)', (_, first, length) => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 19, maxLength: 19 }), (rest) => {
        const number = withCheck(`${first}${rest.join('')}`.slice(0, length - 1))
        expect(scrubText(`paid with ${number}.`)).toBe(`paid with [redacted:card ****${number.slice(-4)}].`)
        const wrong = `${number.slice(0, -1)}${(Number(number.at(-1)) + 1) % 10}`
        expect(judgeCard(wrong)).toBe('no')
      }),
      { numRuns: 20 },
    )
  })

  it.each([
    '4111 1111 1111 1111',
    '4111-1111-1111-1111',
    '4111.1111.1111.1111',
    '4111\u00a01111\u00a01111\u00a01111',
    '4111\u202f1111\u202f1111\u202f1111',
    '4111 - 1111 - 1111 - 1111',
    '4111–1111–1111–1111',
    '411111 1111111111',
    '4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1',
    '41 11 11 11 11 11 11 11',
    '4111%201111%201111%201111',
    '4111+1111+1111+1111',
    '４１１１１１１１１１１１１１１１',
    '٤١١١ ١١١١ ١١١١ ١١١١',
    '4111\u200b1111\u200b1111\u200b1111',
    'card4111111111111111',
    'PAN:4111111111111111x',
    'order-4111111111111111',
    'order_4111111111111111_paid',
    '"4111111111111111"',
    '3782 822463 10005',
    '3782-822463-10005',
    '3056 930902 5904',
    '6759 5600 4500 5727 054',
    'visa 4222222222222',
    'uatp card 135412345678911',
  ])('%s', (text) => {
    const scrubbed = scrubText(`before ${text} after`)
    expect(scrubbed).toMatch(/\[redacted:card \*{4}[0-9]{4}\]/)
    expect(scrubbed.replace(/\[redacted:card \*{4}[0-9]{4}\]/, '')).not.toMatch(/[0-9٠-٩０-９]{3}/)
  })

  it('takes what belongs to the number: the code, the expiry date stays; the track of the stripe', () => {
    expect(scrubText('4111 1111 1111 1111 12/27 123')).toBe('[redacted:card ****1111] 12/27 [redacted:cvv]')
    expect(scrubText('4111111111111111|12|2027|123|ADA')).toBe('[redacted:card ****1111]|12|2027|[redacted:cvv]|ADA')
    expect(scrubText('4111111111111111 cvv 123')).toBe('[redacted:card ****1111] cvv [redacted:cvv]')
    expect(scrubText('%B4111111111111111^LOVELACE/ADA^25121010000000000123?')).toBe('%B[redacted:card ****1111]')
    expect(scrubText(';4111111111111111=25121010000012300000?')).toBe(';[redacted:card ****1111]')
  })

  it('finds numbers among others', () => {
    expect(scrubText('2026-11-22 4111 1111 1111 1111 17')).toBe('2026-11-22 [redacted:card ****1111] 17')
    expect(scrub({ n: 4111111111111111, big: 4111111111111111n, time: 1732231234567 })).toEqual({
      n: '[redacted:card ****1111]',
      big: '[redacted:card ****1111]',
      time: 1732231234567,
    })
    expect(scrub({ pan: '1234 5678 9012 3456', cardNumber: 1234567890123456 })).toEqual({
      pan: '[redacted:card]',
      cardNumber: '[redacted:card]',
    })
  })

  it.each([
    '4111 1111 1111 1112',
    '1732231234567',
    '1732231234567890',
    '20261122024121',
    'order 1234567890123456',
    '+49 30 41111111111',
    'tel. 4111 555 1234 12',
    '52.4111111111111111',

    'urn:uuid:41111111-1111-4111-8111-111111111111',
    '00000000-0000-4000-8000-000000000000',
    'a94a4111111111111111bcdeff',
    '192.168.100.200',
    'ean 4006381333931',
    '2026-01-02 03:04:05',

    'blk_4029139044660806713',
    'imei 356938035643809',
    '0000000000000000',
    '1.2.840.113549.1.1.11',
    '10 20 30 40 50 60 70 80',
  ])('leaves %s', (text) => {
    expect(scrubText(text)).toBe(text)
  })
})
