import { once } from 'node:events'
import { mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { afterEach, describe, expect, test } from 'vitest'
import { startGateway } from '../index.ts'
import { selfSigned } from '../testing/certificate.ts'
import { startUpstream, startWorld, type World } from '../testing/world.ts'

const closing: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

interface Secured {
  readonly world: World
  /** Writes a certificate for these names, as the files of the pair. */
  readonly write: (name: string, names: readonly string[], days?: number) => void
  readonly path: (file: string) => string
  readonly problems: Error[]
}

async function secured(names: Readonly<Record<string, readonly string[]>>, tls: object = {}): Promise<Secured> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-tls-'))
  closing.push(() => rmSync(folder, { recursive: true }))
  const path = (file: string): string => join(folder, file)
  const write = (name: string, own: readonly string[], days?: number): void => {
    const { cert, key } = selfSigned(own, days)
    writeFileSync(path(`${name}.pem`), cert)
    writeFileSync(path(`${name}.key`), key)
  }
  for (const [name, own] of Object.entries(names)) write(name, own)
  const pairs = Object.keys(names).map((name) => ({ cert: path(`${name}.pem`), key: path(`${name}.key`) }))
  const upstream = await startUpstream()
  closing.push(() => upstream.close())
  const problems: Error[] = []
  const world = await startWorld({
    upstream: upstream.origin,
    hosts: ['shop.example:7480'],
    gateway: { tls: { pairs, checkMs: 20, ...tls }, rate: null, onProblem: (problem) => problems.push(problem) },
  })
  closing.push(() => world.close())
  return { world, write, path, problems }
}

async function open({ gateway }: World, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const port = Number(new URL(gateway.url).port)
  const socket = connect({
    port,
    host: '127.0.0.1',
    servername: 'shop.example',
    ALPNProtocols: ['http/1.1'],
    rejectUnauthorized: false,
    ...options,
  })
  closing.push(() => void socket.destroy())
  socket.setEncoding('latin1')
  await once(socket, 'secureConnect')
  socket.on('error', () => undefined)
  return socket
}

async function ask(socket: TLSSocket): Promise<string> {
  socket.write('GET /public/x HTTP/1.1\r\nHost: shop.example:7480\r\n\r\n')
  const [text] = (await once(socket, 'data')) as [string]
  return text.slice(0, 15)
}

const nameOf = (socket: TLSSocket): string => socket.getPeerCertificate().subjectaltname ?? ''
const shown = async (world: World, options?: ConnectionOptions): Promise<string> => nameOf(await open(world, options))
const changes = ({ controlPlane }: World) =>
  controlPlane.events.filter(({ kind }) => kind === 'gateway.certificates_changed')

test('TLS 1.3 and HTTP/1.1, and nothing below unless it is set', async () => {
  const { world } = await secured({ a: ['shop.example'] })
  const socket = await open(world)
  expect([socket.getProtocol(), socket.alpnProtocol, await ask(socket)]).toEqual([
    'TLSv1.3',
    'http/1.1',
    'HTTP/1.1 200 OK',
  ])
  await expect(open(world, { maxVersion: 'TLSv1.2' })).rejects.toThrow(/version/)
  await expect(open(world, { ALPNProtocols: ['h2'] })).rejects.toThrow(/protocol/)
  expect((await open(world, { ALPNProtocols: [] })).alpnProtocol).toBe(false)
})

test('TLS 1.2 where it is set, with forward secrecy and authenticated encryption only', async () => {
  const { world } = await secured({ a: ['shop.example'] }, { minVersion: 'TLSv1.2' })
  const socket = await open(world, { maxVersion: 'TLSv1.2' })
  expect([socket.getProtocol(), await ask(socket)]).toEqual(['TLSv1.2', 'HTTP/1.1 200 OK'])
  expect(socket.getCipher().name).toMatch(/^ECDHE-.*(?:GCM|POLY1305)/)
  await expect(open(world, { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA' })).rejects.toThrow()
  await expect(open(world, { maxVersion: 'TLSv1.1', minVersion: 'TLSv1' })).rejects.toThrow()
  expect((await open(world)).getProtocol()).toBe('TLSv1.3')
})

test('which certificate is shown says the name that is asked for', async () => {
  const { world } = await secured({ a: ['shop.example'], b: ['*.blog.example', 'blog.example'] })
  expect(await shown(world)).toBe('DNS:shop.example')
  expect(await shown(world, { servername: 'www.blog.example' })).toMatch(/blog/)
  expect(await shown(world, { servername: 'BLOG.example' })).toMatch(/blog/)
  expect(await shown(world, { servername: 'a.www.blog.example' })).toBe('DNS:shop.example')
  expect(await shown(world, { servername: 'other.example' })).toBe('DNS:shop.example')
  expect(await shown(world, { servername: '' })).toBe('DNS:shop.example')
})

describe('files that change', () => {
  test('new connections get the new certificate, with and without a name; the old ones go on', async () => {
    const { world, write } = await secured({ a: ['shop.example'], b: ['blog.example'] })
    const old = await open(world)
    expect(await ask(old)).toBe('HTTP/1.1 200 OK')
    write('a', ['shop.example', 'new.example'])
    await expect.poll(() => shown(world, { servername: 'new.example' }), { timeout: 60_000 }).toMatch(/new/)
    expect(await shown(world, { servername: '' })).toMatch(/new/)
    expect(await ask(old)).toBe('HTTP/1.1 200 OK')
    expect(nameOf(old)).toBe('DNS:shop.example')
    write('b', ['blog.example', 'other.example'])
    await expect.poll(() => shown(world, { servername: 'other.example' }), { timeout: 60_000 }).toMatch(/other/)
    await expect.poll(() => changes(world), { timeout: 60_000 }).toHaveLength(2)
    expect(changes(world)[0]).toMatchObject({ outcome: 'success', data: { certificates: [{}, {}] } })
  })

  test('nobody comes back to the old one by a ticket of its time', async () => {
    const { world, write } = await secured({ a: ['shop.example'] })
    const first = await open(world)
    const [session] = (await once(first, 'session')) as [Buffer]
    expect((await open(world, { session })).isSessionReused()).toBe(true)
    write('a', ['shop.example', 'new.example'])
    await expect.poll(() => shown(world), { timeout: 60_000 }).toMatch(/new/)
    const again = await open(world, { session })
    expect([again.isSessionReused(), nameOf(again)]).toEqual([false, expect.stringContaining('new')])
  })

  test('by a link that points elsewhere, as Kubernetes does', async () => {
    const { world, write, path } = await secured({ a: ['shop.example'] })
    write('later', ['later.example'])
    for (const end of ['pem', 'key']) {
      symlinkSync(path(`later.${end}`), path(`link.${end}`))
      renameSync(path(`link.${end}`), path(`a.${end}`))
    }
    await expect.poll(() => shown(world), { timeout: 60_000 }).toMatch(/later/)
  })

  test('a place that cannot even be looked at ends no gateway', async () => {
    const { world, write, path, problems } = await secured({ a: ['shop.example'] })
    unlinkSync(path('a.pem'))
    symlinkSync(path('a.pem'), path('a.pem'))
    await expect.poll(() => problems.map(String).join(), { timeout: 60_000 }).toMatch(/ELOOP/)
    expect(await shown(world)).toBe('DNS:shop.example')
    unlinkSync(path('a.pem'))
    write('a', ['new.example'])
    await expect.poll(() => shown(world), { timeout: 60_000 }).toMatch(/new/)
  })

  test.each<[string, (secured: Secured) => void, RegExp]>([
    ['garbage', ({ path }) => writeFileSync(path('a.pem'), 'garbage'), /a\.pem is no certificate/],
    [
      'a certificate without its key',
      ({ path }) => writeFileSync(path('a.pem'), selfSigned(['x.example']).cert),
      /key/,
    ],
    ['another key', ({ path }) => writeFileSync(path('a.key'), selfSigned(['x.example']).key), /not the key/],
    ['no file', ({ path }) => unlinkSync(path('a.key')), /a\.key cannot be read \(ENOENT\)/],
    ['one that has expired', ({ write }) => write('a', ['x.example'], -1), /has expired/],
  ])('%s: the one before stays, and it is told once; what comes after is shown', async (_name, spoil, problem) => {
    const all = await secured({ a: ['shop.example'], b: ['blog.example'] })
    const { world, write, problems } = all
    spoil(all)
    await expect.poll(() => changes(world), { timeout: 60_000 }).toHaveLength(1)
    expect(changes(world)[0]).toMatchObject({
      outcome: 'failure',
      data: { problem: expect.stringMatching(problem) as string },
    })
    expect(problems.map(String)).toEqual([expect.stringMatching(problem)])
    expect(await ask(await open(world))).toBe('HTTP/1.1 200 OK')
    expect(await shown(world)).toBe('DNS:shop.example')
    // Not half of it either.
    write('b', ['other.example'])
    await expect.poll(() => changes(world), { timeout: 60_000 }).toHaveLength(2)
    expect(await shown(world, { servername: 'blog.example' })).toBe('DNS:blog.example')
    write('a', ['shop.example', 'new.example'])
    await expect.poll(() => shown(world), { timeout: 60_000 }).toMatch(/new/)
    expect(await shown(world, { servername: 'other.example' })).toMatch(/other/)
  })

  test('at once when the gateway is asked', async () => {
    const { world, write, path } = await secured({ a: ['shop.example'] }, { checkMs: 3_600_000 })
    write('a', ['new.example'])
    world.gateway.reload()
    expect(await shown(world)).toBe('DNS:new.example')
    writeFileSync(path('a.pem'), '')
    world.gateway.reload()
    expect(await shown(world)).toBe('DNS:new.example')
    await expect
      .poll(() => changes(world).map(({ outcome }) => outcome), { timeout: 60_000 })
      .toEqual(['success', 'failure'])
  })
})

test('a gateway with a certificate that cannot be shown does not start', async () => {
  const { world } = await secured({ a: ['shop.example'] })
  const { credentials } = world.controlPlane
  const pairs = [{ cert: '/nowhere/a.pem', key: '/nowhere/a.key' }]
  await expect(startGateway({ credentials, data: tmpdir(), tls: { pairs } })).rejects.toThrow(/a\.pem cannot be read/)
})

test('bytes that are no TLS end the connection, and nothing else', async () => {
  const { world } = await secured({ a: ['shop.example'] })
  const { connect: plain } = await import('node:net')
  const socket = plain(Number(new URL(world.gateway.url).port), '127.0.0.1')
  socket.on('error', () => undefined).resume()
  socket.write('GET / HTTP/1.1\r\nHost: shop.example:7480\r\n\r\n')
  await once(socket, 'close')
  expect(await ask(await open(world))).toBe('HTTP/1.1 200 OK')
})
