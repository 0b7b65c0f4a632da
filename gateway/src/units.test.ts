import { generateKeyPairSync } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { originReader, prefersHtml, readHost } from '@holdfast/sdk/edge/guard'
import { GatewayKeyError, loadGatewayKey } from './identity/key.ts'
import { readSettings } from './settings.ts'
import { returnPath } from './signin/return-path.ts'

describe('the gateway\u2019s key', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-key-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  test('is made once, for nobody else to read', () => {
    const first = loadGatewayKey(folder)
    expect(statSync(join(folder, 'gateway-key.pem')).mode & 0o777).toBe(0o600)
    expect(loadGatewayKey(folder).jwk).toEqual(first.jwk)
    expect(first.jwk).not.toHaveProperty('d')
  })

  test('is refused when others can read it, or when it is no Ed25519 key', () => {
    loadGatewayKey(folder)
    const path = join(folder, 'gateway-key.pem')
    chmodSync(path, 0o644)
    expect(() => loadGatewayKey(folder)).toThrow(GatewayKeyError)
    chmodSync(path, 0o600)
    writeFileSync(path, 'secret nonsense')
    expect(() => loadGatewayKey(folder)).toThrow(/not an Ed25519/)
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    writeFileSync(path, privateKey.export({ type: 'pkcs8', format: 'pem' }))
    expect(() => loadGatewayKey(folder)).toThrow(/not an Ed25519/)
  })
})

test('hosts', () => {
  expect(readHost('Shop.Localhost:7480', 'http')).toBe('shop.localhost:7480')
  expect(readHost('shop:80', 'http')).toBe('shop')
  expect(readHost('shop:443', 'https')).toBe('shop')
  expect(readHost('shop:80', 'https')).toBe('shop:80')
  expect(readHost('[::1]:7480', 'http')).toBe('[::1]:7480')
  for (const bad of ['', ' ', 'a b', 'a/b', 'a@b', 'a:b', 'a:', 'a,b', '-a', 'a.', 'a%2eb', 'a\tb', 'x:123456']) {
    expect(readHost(bad, 'http')).toBeNull()
  }
})

test('only a proxy that is trusted says where a request came from', () => {
  const ask = (trusted: string[], remoteAddress: string, headers: Record<string, string>) =>
    originReader(trusted, false)({ socket: { remoteAddress }, headers } as unknown as IncomingMessage)
  const headers = { 'x-forwarded-for': '6.6.6.6, 7.7.7.7', 'x-forwarded-proto': 'https' }
  expect(ask([], '10.0.0.1', headers)).toEqual({ address: '10.0.0.1', scheme: 'http' })
  expect(ask(['10.0.0.0/8'], '11.0.0.1', headers)).toEqual({ address: '11.0.0.1', scheme: 'http' })
  expect(ask(['10.0.0.0/8'], '::ffff:10.0.0.1', headers)).toEqual({ address: '7.7.7.7', scheme: 'https' })
  expect(ask(['10.0.0.1'], '10.0.0.1', { 'x-forwarded-for': 'evil' })).toEqual({ address: '10.0.0.1', scheme: 'http' })
  expect(() => originReader(['everybody'], false)).toThrow(/no address/)
})

test('who wants a page', () => {
  expect(prefersHtml('text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8')).toBe(true)
  for (const accept of ['', '*/*', 'application/json', 'application/json, text/html', 'text/html;q=0']) {
    expect(prefersHtml(accept)).toBe(false)
  }
  expect(prefersHtml('text/html, application/json;q=0.5')).toBe(true)
})

test('fuzz: a return path never leaves the host', () => {
  const origin = 'http://shop.localhost:7480'
  const piece = fc.constantFrom(
    '/',
    '\\',
    '.',
    '..',
    '@',
    ':',
    'evil.example',
    'http:',
    '\t',
    '\n',
    '%2f',
    '%5c',
    '?',
    '#',
    ';',
    ' ',
    '\u2028',
    '\u3002',
    '\uff0f',
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(piece).map((all) => all.join('')),
        fc.string({ unit: 'binary' }),
      ),
      (wanted) => {
        for (const asked of [wanted, `/${wanted}`]) {
          const path = returnPath(asked, origin)
          expect(path).toMatch(/^\/(?!\/)[\x21-\x5b\x5d-\x7e]*$/)
          expect(new URL(path, origin).origin).toBe(origin)
        }
      },
    ),
    { numRuns: 2000 },
  )
})

test('settings: a flag goes before its variable, and what is wrong is named', () => {
  expect(readSettings({}, {})).toEqual({ credentials: '.holdfast/credentials.json', data: '.holdfast/gateway' })
  expect(
    readSettings(
      { listen: '127.0.0.1:1', 'tls-cert': 'c', 'tls-key': 'k' },
      {
        HOLDFAST_GATEWAY_LISTEN: '0.0.0.0:2',
        HOLDFAST_CREDENTIALS: 'f',
        HOLDFAST_GATEWAY_TRUSTED_PROXIES: '10.0.0.1, ::1',
      },
    ),
  ).toEqual({
    credentials: 'f',
    data: '.holdfast/gateway',
    listen: '127.0.0.1:1',
    tls: { pairs: [{ cert: 'c', key: 'k' }], minVersion: 'TLSv1.3' },
    trustedProxies: ['10.0.0.1', '::1'],
  })
  expect(() => readSettings({ data: '' }, {})).toThrow(/data/)
  expect(() => readSettings({ 'audit-log': 'a.log' }, {})).toThrow(/audit-log .* needs rules/)
  const several = { 'tls-cert': 'a,b', 'tls-key': 'c, d', 'tls-min-version': '1.2' }
  const pairs = [
    { cert: 'a', key: 'c' },
    { cert: 'b', key: 'd' },
  ]
  expect(readSettings(several, {}).tls).toEqual({ pairs, minVersion: 'TLSv1.2' })
  expect(() => readSettings({ 'tls-cert': 'c' }, {})).toThrow(/belong together/)
  expect(() => readSettings({ ...several, 'tls-key': 'c' }, {})).toThrow(/belong together/)
  expect(() => readSettings({ ...several, 'tls-min-version': '1.1' }, {})).toThrow(/tls-min-version/)
})
