import { isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isIp } from './ip.ts'

describe('isIp', () => {
  it.each([
    '127.0.0.1',
    '0.0.0.0',
    '255.255.255.255',
    '::',
    '::1',
    '1::',
    '2001:db8::7',
    '::ffff:10.0.0.1',
    '1:2:3:4:5:6:7:8',
  ])('takes %s', (text) => expect(isIp(text)).toBe(true))

  it('takes a zone (RFC 4007, section 11)', () => expect(isIp('fe80::1%eth0')).toBe(true))

  it.each([
    '',
    'unknown',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.4 ',
    '[::1]',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '12345::',
    '::1%',
    '::1%a%b',
    '1.2.3.4:80',
    '10.0.0.1::',
    '::1.2.3',
  ])('refuses %j', (text) => expect(isIp(text)).toBe(false))

  it('agrees with Node about addresses, and what is nearly one', () => {
    const near = fc.array(fc.constantFrom('1', '255', '256', '0', 'a', 'ffff', ':', '::', '.', 'g'), { maxLength: 20 })
    const text = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.string(),
      near.map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(text, (each) => {
        if (each.length <= 40 && !each.includes('%')) expect(isIp(each), each).toBe(isIP(each) !== 0)
        else expect(() => isIp(each)).not.toThrow()
      }),
      { numRuns: 2000 },
    )
  })
})
