import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Asked, holdfast, scripted } from '../testing/run.ts'

let cwd: string
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'holdfast-cli-sinks-'))
  for (const name of ['ca.pem', 'cert.pem', 'key.pem', 'token']) writeFileSync(join(cwd, name), `${name}\n`)
})
afterAll(() => rmSync(cwd, { recursive: true }))

const sink = {
  id: 'i',
  name: 'ops',
  kind: 'webhook',
  settings: { url: 'https://a.test/' },
  state: 'active',
  cursor: 5,
  head: 9,
  behind: { events: 4, more: false, seconds: 7 },
  failures: 3,
  lastError: 'it answered 503',
  lastDeliveredAt: null,
}

async function run(...words: string[]): Promise<{ code: number; out: string; error: string; asked: readonly Asked[] }> {
  const server = await scripted(({ method, path }) =>
    method === 'GET'
      ? { body: { items: [sink] } }
      : {
          body: path.endsWith('/test')
            ? { ok: false, error: 'it answered 503', milliseconds: 3 }
            : { sink, secret: null, ...sink },
        },
  )
  const ran = await holdfast(['log', 'sinks', ...words, '--url', server.url], { cwd, env: { HOLDFAST_TOKEN: 'hfk_x' } })
  await server.close()
  return { ...ran, asked: server.asked }
}
const added = async (...words: string[]) => (await run('add', 'ops', ...words)).asked.at(-1)?.body

describe('holdfast log sinks add', () => {
  it('says what each kind needs', async () => {
    const rest = { name: 'ops', filter: {}, from: 'end' }
    expect(await added('--webhook', 'https://a.test/', '--batch', '5', '--ca', 'ca.pem')).toEqual({
      ...rest,
      kind: 'webhook',
      settings: { url: 'https://a.test/', batch: 5, caCertificate: 'ca.pem\n' },
    })
    expect(await added('--otlp', 'https://c.test/v1/logs', '--encoding', 'json', '--header', 'X-Key: @token')).toEqual({
      ...rest,
      kind: 'otlp',
      secrets: { headers: { 'x-key': 'token' } },
      settings: { url: 'https://c.test/v1/logs', encoding: 'json' },
    })
    expect(await added('--syslog', 'tls://[::1]', '--cert', 'cert.pem', '--key', 'key.pem')).toEqual({
      ...rest,
      kind: 'syslog',
      secrets: { clientKey: 'key.pem\n' },
      settings: { protocol: 'tls', host: '::1', port: 6514, clientCertificate: 'cert.pem\n' },
    })
    expect(await added('--syslog', 'udp://logs.test')).toMatchObject({ settings: { protocol: 'udp', port: 514 } })
    expect(await added('--file', 'audit/events.ndjson', '--keep-files', '30')).toEqual({
      ...rest,
      kind: 'file',
      settings: { path: 'audit/events.ndjson', keepFiles: 30 },
    })
  })

  it('and what it is for, and from where', async () => {
    const words = [
      '--file',
      'a.ndjson',
      '--kind',
      'session.*',
      '--kind',
      'x.y',
      '--class',
      '3002',
      '--outcome',
      'refused',
    ]
    expect(await added(...words, '--from', '70', '--failed-after', '60')).toMatchObject({
      filter: { kinds: ['session.*', 'x.y'], classes: [3002], outcomes: ['refused'] },
      from: 70,
      failedAfterSeconds: 60,
    })
  })

  it.each([
    [],
    ['--file', 'a.ndjson', '--webhook', 'https://a.test'],
    ['--syslog', 'logs.test'],
    ['--otlp', 'x', '--header', 'y'],
  ])('does not understand %j %j', async (...words) => {
    const { code, asked } = await run('add', 'ops', ...words)
    expect([code, asked]).toEqual([2, []])
  })
})

describe('holdfast log sinks', () => {
  it('list shows who fails, and how far behind', async () => {
    const { out } = await run('list')
    expect(out).toContain('failing (3)')
    expect(out).toContain('4 events, 7 s')
    expect(out).toContain('it answered 503')
  })

  it('test fails when the message was not taken', async () => {
    const { code, error } = await run('test', 'ops')
    expect([code, error]).toEqual([1, expect.stringContaining('it answered 503')])
  })

  it('names a sink by its name or id, and no other', async () => {
    expect((await run('pause', 'i')).asked.at(-1)?.path).toBe('/api/v1/sinks/i/pause')
    const { code, asked } = await run('remove', 'nobody')
    expect([code, asked.map(({ method }) => method)]).toEqual([1, ['GET']])
  })

  it('rewind says from where to where', async () => {
    const { out, asked } = await run('rewind', 'ops', '2')
    expect(asked.at(-1)).toMatchObject({ path: '/api/v1/sinks/i/rewind', body: { seq: 2 } })
    expect(out).toBe('ops was at 5 and goes on above 2.\n')
  })
})
