import { describe, expect, test } from 'vitest'
import { reachOf, refusalOf } from './reach.ts'

const never = [
  '169.254.169.254',
  '169.254.0.1',
  '168.63.129.16',
  '100.100.100.200',
  '192.0.0.192',
  '0.0.0.0',
  '0.1.2.3',
  '224.0.0.1',
  '255.255.255.255',
  '240.0.0.1',
  '::',
  'fe80::1',
  'fe80::1%eth0',
  'febf::1',
  'ff02::1',
  'fd00:ec2::254',
  'fd20:ce::254',
  // IPv4 in other clothes
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  '::169.254.169.254',
  '::ffff:0:169.254.169.254',
  '64:ff9b::169.254.169.254',
  '64:ff9b::7f00:1',
  '2002:a9fe:a9fe::1',
  '2001:0:4136:e378:8000:63bf:3fff:fdd2',
  // no addresses at all
  'localhost',
  '127.1',
  '',
]
const inside = [
  '127.0.0.1',
  '127.255.255.254',
  '10.0.0.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '100.64.0.1',
  '198.18.0.1',
  '::1',
  'fc00::1',
  'fdff::1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::ffff:10.1.2.3',
]
const outside = ['1.1.1.1', '172.32.0.1', '11.0.0.1', '100.128.0.1', '2606:4700:4700::1111', '::ffff:1.1.1.1']

describe('where an address leads', () => {
  test.each(never)('%s is never sent to', (address) => expect(reachOf(address)).toBe('never'))
  test.each(inside)('%s is inside', (address) => expect(reachOf(address)).toBe('private'))
  test.each(outside)('%s is outside', (address) => expect(reachOf(address)).toBe('public'))
})

test('a name is refused for one of its addresses, whichever would be taken', () => {
  const all = (...addresses: string[]) =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  expect(refusalOf(all('1.1.1.1', '127.0.0.1'), { allowPrivate: false })).toContain('private network')
  expect(refusalOf(all('1.1.1.1', '127.0.0.1'), { allowPrivate: true })).toBeUndefined()
  expect(refusalOf(all('1.1.1.1', '169.254.169.254'), { allowPrivate: true })).toContain('metadata')
  expect(refusalOf([], { allowPrivate: true })).toContain('no address')
})
