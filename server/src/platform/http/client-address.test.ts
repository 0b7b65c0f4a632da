import { expect, test } from 'vitest'
import { clientAddress } from './client-address.ts'

const trusted = new Set(['10.0.0.1', '10.0.0.2'])

test.each([
  ['the peer itself', '203.0.113.9', undefined, '203.0.113.9'],
  ['a client that pretends to be forwarded', '203.0.113.9', '198.51.100.7', '203.0.113.9'],
  ['a proxy of ours', '10.0.0.1', '198.51.100.7', '198.51.100.7'],
  ['two of them', '10.0.0.1', '198.51.100.7, 10.0.0.2', '198.51.100.7'],
  ['a client that wrote a header before our proxy did', '10.0.0.1', '127.0.0.1, 198.51.100.7', '198.51.100.7'],
  ['a proxy that says nothing', '10.0.0.1', undefined, '10.0.0.1'],
  ['rubbish', '10.0.0.1', 'unknown, <script>', '10.0.0.1'],
  ['IPv4 in IPv6', '::ffff:10.0.0.1', '::ffff:198.51.100.7', '198.51.100.7'],
  ['no peer', undefined, undefined, null],
])('%s', (_name, peer, forwarded, expected) => {
  expect(clientAddress(peer, forwarded, trusted)).toBe(expected)
})
