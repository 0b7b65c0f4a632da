import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { gzipSync } from 'node:zlib'
import { defaultProtection, InspectionSettings } from '@holdfast/http-guard'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startUpstream, startWorld, type Upstream, type World } from '../testing/world.ts'

const ATTACK = JSON.stringify({ email: "mia@shop.example' OR 1=1 -- x" })
const BINARY = 'Content-Type: application/octet-stream'

let upstream: Upstream
let world: World
let reporting: World
let seen: Buffer[] = []
const start = (mode: 'block' | 'report'): Promise<World> =>
  startWorld({
    upstream: upstream.origin,
    bodyBytes: 8_000_000,
    gateway: { rate: null, collectedBytes: 100_000 },
    protection: { ...defaultProtection, inspection: InspectionSettings.parse({ mode, bodyBytes: 50_000 }) },
  })

beforeAll(async () => {
  upstream = await startUpstream((incoming, response) => {
    seen = []
    incoming.on('data', (chunk: Buffer) => seen.push(chunk)).on('error', () => undefined)
    incoming.on('end', () => response.end('done'))
  })
  world = await start('block')
  reporting = await start('report')
})
afterAll(async () => {
  await world.close()
  await reporting.close()
  await upstream.close()
})

const post = (body: string, ...headers: string[]) =>
  world.send('POST /public/a', [`Content-Length: ${body.length}`, ...headers], body)
const codeOf = ({ body }: { body: string }): unknown => (JSON.parse(body) as { code: unknown }).code
const arrived = (): string => Buffer.concat(seen).toString('latin1')

test.each(['application/octet-stream', 'image/png', 'application/x-anything'])(
  'an attack in JSON that is declared as %s never arrives',
  async (type) => {
    const before = upstream.requests.length
    const answer = await post(ATTACK, `Content-Type: ${type}`)
    expect([answer.status, codeOf(answer)]).toEqual([403, 'attack_blocked'])
    const chunks = Array.from(ATTACK, (letter) => `1\r\n${letter}\r\n`).join('')
    const chunked = ['Transfer-Encoding: chunked', `Content-Type: ${type}`, 'Expect: 100-continue']
    expect((await world.send('POST /public/a', chunked, `${chunks}0\r\n\r\n`)).text).toMatch(/attack_blocked/)
    expect(upstream.requests.length).toBe(before)
  },
)

test('an attack is found behind an encoding, too, and what is binary goes on as it came', async () => {
  const refused = await post(gzipSync(ATTACK).toString('latin1'), BINARY, 'Content-Encoding: gzip')
  expect([refused.status, codeOf(refused)]).toEqual([403, 'attack_blocked'])
  const picture = gzipSync(Buffer.from('\x89PNG\r\n\x1a\n\0\0', 'latin1')).toString('latin1')
  expect((await post(picture, 'Content-Type: image/png', 'Content-Encoding: gzip')).status).toBe(200)
  expect(arrived()).toBe(picture)
})

test('a text that is declared as bytes goes on as it came, up to the bound', async () => {
  const csv = 'name,said\r\nMia,"O\'Brien; select one of them -- or two"\r\n'
  expect((await post(csv, BINARY)).status).toBe(200)
  expect(arrived()).toBe(csv)
  expect(codeOf(await post(csv.repeat(2000), BINARY))).toBe('body_too_large')
})

test('a mode that reports lets it pass, whole, and tells', async () => {
  const send = (body: string) => reporting.send('POST /public/r', [`Content-Length: ${body.length}`, BINARY], body)
  expect((await send(ATTACK)).status).toBe(200)
  expect(arrived()).toBe(ATTACK)
  await reporting.controlPlane.event(({ kind, data }) => kind === 'request.reported' && data['path'] === '/public/r')
  const long = 'a,b\n'.repeat(20_000)
  expect((await send(long)).status).toBe(200)
  expect(arrived()).toBe(long)
})

test('a picture streams, with what was held of it first, and takes no room', async () => {
  const png = Buffer.alloc(5_000_000)
  for (let at = 0; at < png.length; at++) png[at] = (at * 7919) % 256
  png.write('\x89PNG\r\n\x1a\n', 'latin1')
  const headers = { host: world.host, 'content-type': 'image/png', 'content-length': String(png.length) }
  const sent = request(`${world.gateway.url}/public/a`, { method: 'POST', headers })
  const answer = once(sent, 'response')
  const before = upstream.requests.length
  sent.write(png.subarray(0, 3))
  sent.write(png.subarray(3, 1_000_000))
  await expect.poll(() => upstream.requests.length).toBe(before + 1)
  await expect.poll(() => Buffer.concat(seen).length).toBe(1_000_000)
  sent.end(png.subarray(1_000_000))
  const [response] = (await answer) as [IncomingMessage]
  response.resume()
  expect([response.statusCode, Buffer.concat(seen).equals(png)]).toEqual([200, true])
})

test('with Expect: 100-continue, empty, and from a client that goes away before it is known what it sends', async () => {
  const body = `\x89PNG\r\n\x1a\n${'\0'.repeat(100)}`
  const answer = await post(body, 'Content-Type: image/png', 'Expect: 100-continue')
  expect(answer.text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 100', 'HTTP/1.1 200'])
  expect(arrived()).toBe(body)
  expect((await world.send('POST /public/a', ['Transfer-Encoding: chunked', BINARY], '0\r\n\r\n')).status).toBe(200)
  const before = upstream.requests.length
  const headers = { host: world.host, 'content-type': 'image/png', 'content-length': '100' }
  for (let n = 0; n < 3; n++) {
    const sent = request(`${world.gateway.url}/public/a`, { method: 'POST', headers })
    sent.on('error', () => undefined)
    await new Promise((resolve) => sent.write('half', resolve))
    sent.destroy()
  }
  // What they held is free again.
  expect((await post('x'.repeat(49_000), BINARY)).status).toBe(200)
  expect(upstream.requests.length).toBe(before + 1)
})
