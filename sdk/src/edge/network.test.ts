import fc from 'fast-check'
import { expect, it } from 'vitest'
import { networkOf } from './network.ts'

it('takes an IPv6 client for its /64, and an IPv4 client for itself by whatever socket it came', () => {
  expect(networkOf('10.0.0.1')).toBe('10.0.0.1')
  expect(networkOf('::ffff:10.0.0.1')).toBe('10.0.0.1')
  expect(networkOf('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2')
  expect(networkOf('2001:db8:1:2::9')).toBe(networkOf('2001:db8:1:2:a::'))
  expect(networkOf('2001:db8::9')).toBe('2001:db8:0:0')
  expect(networkOf('::1')).toBe('0:0:0:0')
})

it('keeps IPv4 clients apart, and fails for no text', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.ipV4(), (one, other) => {
      expect(networkOf(`::ffff:${one}`) === networkOf(other)).toBe(one === other)
    }),
  )
  fc.assert(fc.property(fc.oneof(fc.string(), fc.ipV6()), (text) => typeof networkOf(text) === 'string'))
})
