import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressPrefix, deviceLabel } from './device.ts'

describe('the label of a device', () => {
  it.each([
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
      'Chrome on Windows',
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
      'Edge on Windows',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
      'Safari on iOS',
    ],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15',
      'Safari on macOS',
    ],
    [
      'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
      'Chrome on Android',
    ],
    ['curl/8.9.1', 'curl'],
    ['node', 'Node.js'],
    ['', 'Unknown device'],
    [null, 'Unknown device'],
  ])('%s', (userAgent, label) => {
    expect(deviceLabel(userAgent)).toBe(label)
  })

  it('is one of few words, whatever is sent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 3000 }), (sent) => {
        expect(deviceLabel(sent)).toMatch(/^[A-Za-z. ]{2,24}$/)
      }),
    )
  })
})

describe('the network of an address', () => {
  it.each([
    ['203.0.113.9', '203.0.113.0/24'],
    ['::ffff:203.0.113.9', '203.0.113.0/24'],
    ['2001:db8:1234:5678::1', '2001:db8:1234::/48'],
    ['2001:db8::1', '2001:db8:0::/48'],
    ['2001::3:4:5:6:7:8', '2001:0:3::/48'],
    ['fe80::1%eth0', 'fe80:0:0::/48'],
    ['::1', '0:0:0::/48'],
    ['::', '0:0:0::/48'],
    ['unknown', null],
    [null, null],
  ])('%s: %s', (address, prefix) => {
    expect(addressPrefix(address)).toBe(prefix)
  })

  it('is the same for every address of it, and says nothing of the rest', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 0, max: 255 }), (address, last) => {
        const neighbour = [...address.split('.').slice(0, 3), last].join('.')
        expect(addressPrefix(neighbour)).toBe(addressPrefix(address))
      }),
    )
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        expect(addressPrefix(address)).toMatch(/^(?:[\da-f]{1,4}:){3}:\/48$|^[\d.]+\/24$/)
      }),
    )
  })

  it('is nothing for what is no address', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(addressPrefix(text) ?? '0.0.0.0/24').toMatch(/\/(24|48)$/)
      }),
    )
  })
})
