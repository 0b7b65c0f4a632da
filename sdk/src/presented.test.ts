import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isForeign } from './foreign.ts'
import { presented, readCookie } from './presented.ts'
import { readHeaders, requestInfo } from './request.ts'
import { secret } from './testing/control-plane.ts'

const session = secret('hfs_')
const fields = (rawHeaders: string[]) => readHeaders({ headers: {}, rawHeaders })

describe('the identity header', () => {
  it.each([
    ['twice', ['Holdfast-Identity', 'a', 'holdfast-identity', 'a'], 'identity_repeated'],
    ['twice, joined', ['Holdfast-Identity', 'a, b'], 'identity_repeated'],
    ['with an underscore', ['Holdfast_Identity', 'a'], 'identity_variant'],
    [
      'with an underscore beside the right one',
      ['Holdfast-Identity', 'a', 'holdfast_identity', 'b'],
      'identity_variant',
    ],
  ])('%s is refused', (_, raw, reason) => {
    expect(presented('identity', fields(raw))).toMatchObject({ kind: 'refused', reason })
  })

  it('is seen as repeated by the web and by Node', () => {
    const headers = new Headers([
      ['holdfast-identity', 'a'],
      ['holdfast-identity', 'b'],
    ])
    expect(presented('identity', readHeaders({ headers }))).toMatchObject({ reason: 'identity_repeated' })
    expect(presented('identity', readHeaders({ headers: { 'holdfast-identity': ['a', 'b'] } }))).toMatchObject({
      reason: 'identity_repeated',
    })
  })
})

describe('the session cookie', () => {
  it.each([
    ['alone', `__Host-holdfast=${session}`],
    ['among others', `a=b; __Host-holdfast=${session}; c`],
    ['after one whose name only ends so', `x__Host-holdfast=evil; __Host-holdfast=${session}`],
    ['beside another case', `__host-holdfast=evil; __Host-holdfast=${session}`],
  ])('is read %s', (_, cookie) => {
    expect(presented('session', fields(['Cookie', cookie]))).toEqual({ kind: 'credential', value: session })
  })

  it.each([
    ['twice in one header', ['Cookie', `__Host-holdfast=${session}; __Host-holdfast=${session}`], 'session_repeated'],
    [
      'twice over two headers',
      ['Cookie', `__Host-holdfast=${session}`, 'Cookie', '__Host-holdfast=x'],
      'session_repeated',
    ],
    ['quoted', ['Cookie', `__Host-holdfast="${session}"`], 'session_malformed'],
    ['empty', ['Cookie', '__Host-holdfast='], 'session_malformed'],
    ['with a service key', ['Cookie', `__Host-holdfast=${secret('hfk_')}`], 'session_malformed'],
  ])('%s is refused, not overlooked', (_, raw, reason) => {
    expect(presented('session', fields(raw))).toMatchObject({ kind: 'refused', reason })
  })

  it('is found exactly when a pair of that name is there', () => {
    const name = fc.oneof(fc.constant('__Host-holdfast'), fc.string({ unit: 'grapheme-ascii' }))
    const clean = (text: string) => text.replace(/[;=]/g, '').trim()
    fc.assert(
      fc.property(fc.array(fc.tuple(name.map(clean), fc.string().map(clean))), (pairs) => {
        const header = pairs.map(([key, value]) => `${key}=${value}`).join('; ')
        const expected = pairs.filter(([key]) => key === '__Host-holdfast').map(([, value]) => value)
        expect(readCookie(header, '__Host-holdfast')).toEqual(expected)
      }),
    )
  })

  it('is read from any text without an error', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(['nothing', 'refused', 'credential']).toContain(presented('session', fields(['cookie', text])).kind)
      }),
    )
  })
})

describe('the bearer', () => {
  const key = secret('hfk_')
  it.each([
    [`Bearer ${key}`, { kind: 'credential', value: key }],
    [`bearer ${session}`, { kind: 'credential', value: session }],
    ['Basic dXNlcjpwYXNz', { kind: 'nothing' }],
    ['Bearer', { kind: 'refused' }],
    ['Bearer x', { kind: 'refused' }],
    [`Bearer  ${key}`, { kind: 'refused' }],
    [`Bearer ${key}, Bearer ${key}`, { kind: 'refused' }],
    [`Bearer ${secret('hfs_').replace('hfs_', 'hfc_')}`, { kind: 'refused' }],
  ])('%s', (value, expected) => {
    expect(presented('bearer', fields(['Authorization', value]))).toMatchObject(expected)
  })

  it('twice is refused (Node itself would keep the first)', () => {
    const raw = ['Authorization', `Bearer ${key}`, 'authorization', `Bearer ${key}`]
    expect(presented('bearer', fields(raw))).toMatchObject({ reason: 'bearer_repeated' })
  })
})

describe('another site', () => {
  it.each([
    ['POST', ['Sec-Fetch-Site', 'cross-site'], true],
    ['POST', ['Sec-Fetch-Site', 'same-site'], true],
    ['POST', ['Sec-Fetch-Site', 'same-origin', 'Sec-Fetch-Site', 'cross-site'], true],
    ['POST', ['Host', 'shop:1', 'Origin', 'http://evil:1'], true],
    ['POST', ['Host', 'shop:1', 'Origin', 'http://shop:2'], true],
    ['POST', ['Host', 'shop:1', 'Origin', 'null'], true],
    ['POST', ['Origin', 'http://shop:1'], true],
    ['DELETE', ['Sec-Fetch-Site', 'cross-site'], true],
    [undefined, ['Sec-Fetch-Site', 'cross-site'], true],
    ['POST', ['Sec-Fetch-Site', 'same-origin', 'Host', 'shop:1', 'Origin', 'http://Shop:1'], false],
    ['POST', ['Sec-Fetch-Site', 'none'], false],
    ['POST', [], false],
    ['GET', ['Sec-Fetch-Site', 'cross-site'], false],
    // RFC 9110 section 9.1: methods are case-sensitive, and this is none of them.
    ['get', ['Sec-Fetch-Site', 'cross-site'], true],
    // A WebSocket begins with a GET, and whoever opened it may then do anything on it.
    ['GET', ['Upgrade', 'websocket', 'Host', 'shop:1', 'Origin', 'http://evil:1'], true],
    ['GET', ['Upgrade', 'websocket', 'Host', 'shop:1', 'Origin', 'http://shop:1'], false],
    ['GET', ['Upgrade', 'WebSocket', 'Sec-Fetch-Site', 'same-site'], true],
  ])('%s with %j: %s', (method, raw, expected) => {
    expect(isForeign({ method, headers: {} }, fields(raw))).toBe(expected)
  })
})

describe('what a proxy says of the request', () => {
  const id = '019c1f3e-6f2a-7b1c-8d3e-0123456789ab'
  const info = (rawHeaders: string[], throughGateway: boolean) => {
    const request = { headers: {}, rawHeaders, socket: { remoteAddress: '10.0.0.1' } }
    return requestInfo(request, readHeaders(request), throughGateway)
  }

  it('is believed only behind the gateway', () => {
    const sent = ['X-Forwarded-For', '6.6.6.6, 9.9.9.9', 'Holdfast-Request-Id', id, 'User-Agent', 'curl']
    expect(info(sent, false)).toEqual({ source: { address: '10.0.0.1', userAgent: 'curl' }, requestId: null })
    expect(info(sent, true)).toEqual({ source: { address: '9.9.9.9', userAgent: 'curl' }, requestId: id })
  })

  it('is an id of a gateway, once, or none: clients may write X-Request-Id through the gateway', () => {
    for (const sent of [
      ['X-Request-Id', id],
      ['holdfast_request_id', id],
      ['Holdfast-Request-Id', id, 'Holdfast-Request-Id', id],
      ['Holdfast-Request-Id', `${id}, ${id}`],
      ['Holdfast-Request-Id', ''],
      ['Holdfast-Request-Id', id.toUpperCase()],
      ['Holdfast-Request-Id', `${id}\n`],
      ['Holdfast-Request-Id', id.replace('-7', '-4')],
    ])
      expect(info(sent, true).requestId, sent.join()).toBeNull()
  })
})
