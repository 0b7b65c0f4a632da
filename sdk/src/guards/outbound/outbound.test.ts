import { createServer, get, type IncomingHttpHeaders, request, type RequestListener, type Server } from 'node:http'
import type { AddressInfo, LookupFunction } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { request as undiciRequest } from 'undici'
import { guardedDispatcher, type GuardedFetch, guardedFetch, guardedHttpAgent, OutboundRefused } from './index.ts'

// The inside is a server on another address of this machine, as the metadata of a cloud is to a machine in it.
const OUTSIDE = '127.0.0.1'
const INSIDE = '127.0.0.2'
let outside: Server
let inside: Server
let port: number
let answer: RequestListener
const seen: { where: string; url: string; method: string; headers: IncomingHttpHeaders; body: string }[] = []

function listen(where: string, at: number): Promise<Server> {
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      const { url = '', method = '', headers } = incoming
      seen.push({ where, url, method, headers, body: Buffer.concat(chunks).toString() })
      if (where === INSIDE) response.end('secret')
      else answer(incoming, response)
    })
  })
  return new Promise((done, fail) => {
    server.once('error', fail)
    server.listen(at, where, () => done(server))
  })
}

beforeAll(async () => {
  // The same port on both addresses: a free one of the first may be taken on the second.
  for (;;) {
    outside = await listen(OUTSIDE, 0)
    port = (outside.address() as AddressInfo).port
    try {
      inside = await listen(INSIDE, port)
      return
    } catch {
      outside.close()
    }
  }
})
const open: GuardedFetch[] = []
afterAll(async () => {
  for (const each of open) await each.close()
  for (const server of [outside, inside]) {
    server.closeAllConnections()
    await new Promise((closed) => server.close(closed))
  }
})
beforeEach(() => {
  seen.splice(0)
  answer = (_, response) => response.end('hello')
})

/** The names of the tests are the outside; of the own network only that one address may be reached. */
const resolve = async (host: string) => [{ address: host.endsWith('inside.test') ? '10.0.0.1' : OUTSIDE, family: 4 }]
const rules = () => ({ allow: ['api.test', '*.api.test'], schemes: ['http' as const], ports: [port], resolve })
function fetching(options: Partial<Parameters<typeof guardedFetch>[0]> = {}): GuardedFetch {
  const made = guardedFetch({ ...rules(), allowPrivate: ['api.test', '*.api.test'], ...options })
  open.push(made)
  return made
}

describe('a guarded fetch', () => {
  it('fetches from where it may', async () => {
    const told = await fetching()(`http://api.test:${port}/a?b`, {
      method: 'POST',
      body: new URLSearchParams({ x: '1' }),
      headers: { authorization: 'Bearer t' },
    })
    expect([told.status, told.url, await told.text()]).toEqual([200, `http://api.test:${port}/a?b`, 'hello'])
    expect(seen).toMatchObject([{ url: '/a?b', method: 'POST', body: 'x=1', headers: { authorization: 'Bearer t' } }])
    expect(seen[0]?.headers['content-type']).toContain('application/x-www-form-urlencoded')
    expect((await fetching()(new Request(`http://v1.api.test:${port}/`))).status).toBe(200)
  })

  it.each([
    'http://127.0.0.1:PORT/',
    'http://127.0.0.2:PORT/',
    'http://0x7f.1:PORT/',
    'http://2130706433:PORT/',
    'http://0177.0.0.1:PORT/',
    'http://127.1:PORT/',
    'http://[::1]:PORT/',
    'http://[::ffff:127.0.0.2]:PORT/',
    'http://[::ffff:7f00:2]:PORT/',
    'http://[64:ff9b::7f00:2]:PORT/',
    'http://[2002:7f00:2::]:PORT/',
    'http://[fd00:ec2::254]:PORT/',
    'http://169.254.169.254:PORT/latest/meta-data/',
    'http://100.64.0.1:PORT/',
    'http://224.0.0.1:PORT/',
    'http://0:PORT/',
    'http://localhost:PORT/',
    'http://localhost.:PORT/',
    'http://LOCALHOST:PORT/',
    'http://127.0.0.2.nip.io:PORT/',
    'http://\u{2460}\u{2461}\u{2466}.1:PORT/',
  ])('does not go inside by %s, whatever hosts are allowed', async (address) => {
    const url = address.replace('PORT', String(port))
    const inward = async (host: string) =>
      host.endsWith('nip.io') ? [{ address: INSIDE, family: 4 }] : [{ address: OUTSIDE, family: 4 }]
    const any = fetching({ allow: 'any', allowPrivate: false, resolve: inward })
    await expect(any(url)).rejects.toThrow(OutboundRefused)
    await expect(fetching()(url)).rejects.toThrow('not among the hosts')
    expect(seen).toEqual([])
  })

  it('refuses other hosts, ports, schemes, and passwords in addresses', async () => {
    const guarded = fetching()
    for (const url of [
      `http://api.test.evil.test:${port}/`,
      `http://evilapi.test:${port}/`,
      `http://api.test@evil.test:${port}/`,
      `http://user:pw@api.test:${port}/`,
      `https://api.test:${port}/`,
      'http://api.test/',
      `http://api.test:${port + 1}/`,
      'file:///etc/passwd',
      'data:text/plain,x',
      `ftp://api.test:${port}/`,
    ]) {
      await expect(guarded(url), url).rejects.toThrow(OutboundRefused)
    }
    expect(seen).toEqual([])
    expect(() => guardedFetch({ allow: ['http://api.test/'] })).toThrow('is no host')
  })

  it('tells of what it refused', async () => {
    const told: string[] = []
    const guarded = fetching({ onRefused: ({ host, reason }) => told.push(`${host}: ${reason}`) })
    await expect(guarded(`http://evil.test:${port}/`)).rejects.toThrow(OutboundRefused)
    await expect(guarded(`http://inside.test:${port}/`)).rejects.toThrow(OutboundRefused)
    expect(told).toHaveLength(2)
  })

  it('goes to the address that was checked, where a naive one is led inside by the second answer (DNS rebinding)', async () => {
    let asked = 0
    const rebinding = async () => [{ address: asked++ === 0 ? OUTSIDE : INSIDE, family: 4 }]
    // Checks a name, and then connects by name: the resolver is asked again.
    const naive = async (): Promise<string> => {
      const [first] = await rebinding()
      expect(first?.address).toBe(OUTSIDE)
      const lookup: LookupFunction = (_host, _options, found) => void rebinding().then((all) => found(null, all))
      return new Promise((tell, fail) => {
        get(`http://api.test:${port}/`, { lookup, agent: false }, (response) => {
          response.setEncoding('utf8').on('data', tell)
        }).on('error', fail)
      })
    }
    expect(await naive()).toBe('secret')
    asked = 0
    expect(await (await fetching({ resolve: rebinding })(`http://api.test:${port}/`)).text()).toBe('hello')
    expect(asked).toBe(1)
    // One bad address among several is enough, whichever comes first.
    for (const bad of [INSIDE, '169.254.169.254', '::ffff:169.254.169.254', 'fe80::1']) {
      const both = async () => [
        { address: '1.1.1.1', family: 4 },
        { address: bad, family: bad.includes(':') ? 6 : 4 },
      ]
      await expect(fetching({ resolve: both, allowPrivate: false })(`http://api.test:${port}/`)).rejects.toThrow(
        OutboundRefused,
      )
    }
  })

  it.each([
    'http://169.254.169.254/latest/meta-data/',
    'http://127.0.0.2:PORT/',
    'http://inside.test:PORT/',
    '//[::ffff:127.0.0.2]:PORT/',
    'file:///etc/passwd',
    'http://u:p@api.test:PORT/',
  ])('does not follow a redirect to %s', async (location) => {
    answer = (_, response) => response.writeHead(302, { location: location.replace('PORT', String(port)) }).end()
    const refused: string[] = []
    await expect(fetching({ onRefused: ({ host }) => refused.push(host) })(`http://api.test:${port}/`)).rejects.toThrow(
      OutboundRefused,
    )
    expect(seen).toHaveLength(1)
    // A library that follows by itself is led inside.
    if (location.includes('127.0.0.2:')) {
      expect(await (await fetch(`http://${OUTSIDE}:${port}/`)).text()).toBe('secret')
    }
  })

  it('follows redirects where it may, without what tells who asks at another origin, and not for ever', async () => {
    answer = ({ url }, response) => {
      const to = { '/1': '/2', '/2': `http://v2.api.test:${port}/3`, '/loop': '/loop' }[url ?? '']
      if (to === undefined) response.end('there')
      else response.writeHead(url === '/2' ? 307 : 302, { location: to }).end()
    }
    const headers = { authorization: 'Bearer t', cookie: 'a=b', 'x-api-key': 'k', accept: 'text/plain' }
    const told = await fetching()(`http://api.test:${port}/1`, { headers, method: 'PUT', body: 'x' })
    expect([told.redirected, await told.text()]).toEqual([true, 'there'])
    expect(seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer t', 'Bearer t', undefined])
    expect(seen[2]).toMatchObject({ method: 'PUT', body: 'x', headers: { accept: 'text/plain' } })
    expect(Object.keys(seen[2]?.headers ?? {})).not.toEqual(expect.arrayContaining(['cookie']))
    expect(seen[2]?.headers['x-api-key']).toBeUndefined()
    await expect(fetching()(`http://api.test:${port}/loop`)).rejects.toThrow('more than 5 redirects')
    const posted = await fetching()(`http://api.test:${port}/1`, { method: 'POST', body: 'x' })
    expect([await posted.text(), seen.at(-1)?.method, seen.at(-1)?.body]).toEqual(['there', 'GET', ''])
    expect((await fetching()(`http://api.test:${port}/1`, { redirect: 'manual' })).status).toBe(302)
    await expect(fetching()(`http://api.test:${port}/1`, { redirect: 'error' })).rejects.toThrow('redirect')
  })

  it('ends in size, of what was compressed too, and in time', async () => {
    answer = (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(5000)))
    const told = await fetching({ mostBytes: 1000 })(`http://api.test:${port}/`)
    await expect(told.text()).rejects.toThrow('longer than 1000 bytes')
    expect(await (await fetching({ mostBytes: 5000 })(`http://api.test:${port}/`)).text()).toHaveLength(5000)
    answer = (_, response) => response.write('begun')
    const slow = fetching({ timeout: 500 })(`http://api.test:${port}/`)
    await expect(slow.then((begun) => begun.text())).rejects.toThrow('timeout')
    const deaf = fetching({ timeout: 500, resolve: () => new Promise(() => {}) })
    await expect(deaf(`http://api.test:${port}/`)).rejects.toThrow('timeout')
  })
})

describe('guarded agents', () => {
  const asking = (url: string, options: object = {}) =>
    new Promise((tell, fail) => {
      const agent = guardedHttpAgent({ ...rules(), allowPrivate: ['api.test'] })
      const asked = request(url, { agent, ...options }, (response) =>
        response.resume().on('end', () => tell(response.statusCode)),
      )
      asked.on('error', fail).end()
    })

  it('node:http', async () => {
    expect(await asking(`http://api.test:${port}/`)).toBe(200)
    for (const host of ['127.0.0.2', '[::1]', 'evil.test', 'inside.test', '0x7f.1', 'localhost.']) {
      await expect(asking(`http://${host}:${port}/`), host).rejects.toThrow(OutboundRefused)
    }
    // Whatever lookup or socket a caller brings along.
    const lookup: LookupFunction = (_host, _options, found) => found(null, [{ address: INSIDE, family: 4 }])
    expect(await asking(`http://api.test:${port}/`, { lookup })).toBe(200)
    await expect(asking('http://api.test/', { socketPath: '/run/docker.sock' })).rejects.toThrow(
      'socket of this machine',
    )
    expect(seen.map(({ where }) => where)).toEqual([OUTSIDE, OUTSIDE])
  })

  it('undici', async () => {
    const dispatcher = guardedDispatcher({ ...rules(), allowPrivate: ['api.test'] })
    const { statusCode, body } = await undiciRequest(`http://api.test:${port}/`, { dispatcher })
    expect([statusCode, await body.text()]).toEqual([200, 'hello'])
    for (const host of ['127.0.0.2', '[::1]', 'evil.test', '[::ffff:127.0.0.2]', 'v1.api.test']) {
      await expect(undiciRequest(`http://${host}:${port}/`, { dispatcher }), host).rejects.toThrow(OutboundRefused)
    }
    expect(seen).toHaveLength(1)
    await dispatcher.destroy()
  })
})
