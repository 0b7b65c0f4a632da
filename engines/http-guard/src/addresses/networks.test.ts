import { BlockList } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clientOf } from './network.ts'
import { compileNetworks } from './trie.ts'

test('ranges of both families', () => {
  const networks = compileNetworks(['10.0.0.0/8', '192.0.2.7', '2001:db8::/32', '::ffff:198.51.100.0/120'])
  for (const inside of ['10.255.0.1', '192.0.2.7', '2001:db8:1::5', '198.51.100.200', '::ffff:10.1.1.1']) {
    expect([inside, networks.has(inside)]).toEqual([inside, true])
  }
  for (const outside of ['11.0.0.0', '192.0.2.8', '2001:db9::', '198.51.101.0', '', 'x', '10.0.0', '10.0.0.01']) {
    expect([outside, networks.has(outside)]).toEqual([outside, false])
  }
  expect(compileNetworks(['0.0.0.0/0']).has('1.2.3.4')).toBe(true)
  expect(compileNetworks(['0.0.0.0/0']).has('::1')).toBe(false)
  for (const bad of ['a', '1.2.3.4/33', '::/129', '1.2.3.4/x', '1.2.3.4/'])
    expect(() => compileNetworks([bad])).toThrow(RangeError)
})

test('fuzz: the same as the BlockList of Node, within one family', () => {
  const near = fc
    .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 255 }))
    .map(([a, b]) => `10.${a}.0.${b}`)
  for (const [family, address, most] of [
    ['ipv4', fc.oneof(fc.ipV4(), near), 32],
    [
      'ipv6',
      fc.oneof(
        fc.ipV6(),
        near.map((v4) => `2001:db8::${v4}`),
      ),
      128,
    ],
  ] as const) {
    const entry = fc.tuple(address, fc.integer({ min: 1, max: most }))
    const property = fc.property(fc.array(entry, { maxLength: 8 }), address, (entries, asked) => {
      const list = new BlockList()
      for (const [net, bits] of entries) list.addSubnet(net, bits, family)
      const ours = compileNetworks(entries.map(([net, bits]) => `${net}/${bits}`))
      expect(ours.has(asked)).toBe(list.check(asked, family))
    })
    fc.assert(property, { numRuns: 1000 })
  }
})

test('a client is an IPv4 address or a /64', () => {
  expect(clientOf('::ffff:10.0.0.1')).toBe('10.0.0.1')
  expect(clientOf('::ffff:a00:1')).toBe('10.0.0.1')
  expect(clientOf('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64')
  expect(clientOf('2001:0DB8:1:2::9')).toBe('2001:db8:1:2::/64')
  expect(clientOf('::1')).toBe('0:0:0:0::/64')
})
