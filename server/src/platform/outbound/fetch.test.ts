import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { fetchOutbound, OutboundFailed } from './fetch.ts'
import { AddressRefused } from './resolve.ts'

const open: (() => void)[] = []
afterEach(() => {
  for (const close of open.splice(0)) close()
})

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  open.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
const own = { allowPrivate: true }

describe('a request to an address that somebody named', () => {
  it('carries what it should, and follows no redirect', async () => {
    const seen: string[] = []
    const url = await serve((request, response) => {
      seen.push(`${request.method ?? ''} ${request.url ?? ''}`)
      response.writeHead(302, { location: '/inside' }).end('moved')
    })
    const { status, headers, body } = await fetchOutbound({ url: `${url}/a`, method: 'POST', body: 'x=1' }, own)
    expect([status, headers['location'], body.toString()]).toEqual([302, '/inside', 'moved'])
    expect(seen).toEqual(['POST /a'])
  })

  it('does not go inside, and not without TLS, where that is not allowed', async () => {
    let asked = 0
    const url = await serve((_request, response) => {
      asked += 1
      response.end()
    })
    const { port } = new URL(url)
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '0x7f.1', '169.254.169.254']) {
      await expect(fetchOutbound({ url: `https://${host}:${port}/` }, { allowPrivate: false }), host).rejects.toThrow(
        AddressRefused,
      )
    }
    await expect(fetchOutbound({ url: `http://1.1.1.1:${port}/` }, { allowPrivate: false })).rejects.toThrow(
      'not https',
    )
    await expect(fetchOutbound({ url: 'file:///etc/passwd' }, own)).rejects.toThrow(AddressRefused)
    // A name that turns to another address between two questions is asked once.
    const turning = { allowPrivate: false, resolve: async () => [{ address: '127.0.0.1', family: 4 }] }
    await expect(fetchOutbound({ url: `https://public.example:${port}/` }, turning)).rejects.toThrow(AddressRefused)
    expect(asked).toBe(0)
  })

  it('ends in time, and in size', async () => {
    const silent = await serve(() => {})
    await expect(fetchOutbound({ url: silent, timeoutSeconds: 1 }, own)).rejects.toThrow('within 1 s')
    const long = await serve((_request, response) => response.end('x'.repeat(2000)))
    await expect(fetchOutbound({ url: long, mostBytes: 1000 }, own)).rejects.toThrow('longer than 1000 bytes')
    const never = { allowPrivate: true, resolve: () => new Promise<never>(() => {}) }
    await expect(fetchOutbound({ url: 'http://slow.example/', timeoutSeconds: 1 }, never)).rejects.toThrow(
      OutboundFailed,
    )
  })

  it('says in words of its own why there was no answer', async () => {
    const url = await serve((_request, response) => response.destroy())
    await expect(fetchOutbound({ url }, own)).rejects.toThrow(/^it cannot be reached: ECONNRESET$/)
  })
})
