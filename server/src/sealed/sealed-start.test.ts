import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { describeRoutes } from '../describe.ts'
import { newShamir } from '../modules/keys/seal/shamir.ts'
import { formatShare, parseShare, type Share } from '../modules/keys/seal/share-text.ts'
import { type Installation, installation, type OwnProcess } from '../testing/own-process.ts'

/** A proxy in front says who asks, so that an attacker and an operator are two. */
const behindProxy = { HOLDFAST_HTTP_TRUSTED_PROXIES: '[127.0.0.1]' }
const from = (address: string) => ({ 'x-forwarded-for': address })
const operator = from('192.0.2.1')
const attacker = from('198.51.100.66')

let place: Installation
let server: OwnProcess
let shares: string[]
beforeAll(async () => {
  place = await installation(inject('postgresUrl'))
  server = await place.start(behindProxy)
  const change = { to: 'shamir', shares: 5, threshold: 3 }
  const { json, status } = await server.call('POST', '/api/v1/seal/change', change)
  expect([status, json['changed']]).toEqual([200, false])
  shares = (json['shares'] as { number: number; share: string }[]).map(({ share }) => share)
  expect(await code(server.call('POST', '/api/v1/seal/change/confirm', { shares: shares.slice(0, 2) }))).toBe(
    'seal_shares_missing',
  )
  const confirmed = await server.call('POST', '/api/v1/seal/change/confirm', { shares: shares.slice(1, 4) })
  expect([confirmed.status, confirmed.json['changed'], confirmed.json['kind']]).toEqual([200, true, 'shamir'])
  await vi.waitFor(() => expect(existsSync(join(place.folder, 'one', 'seal.key'))).toBe(false), 60_000)
  await server.stop()
  server = await place.start(behindProxy)
})
afterAll(() => place.close())

async function code(answer: Promise<{ status: number; json: Record<string, unknown> }>): Promise<unknown> {
  const { status, json } = await answer
  return status < 300 ? status : json['code']
}

const unseal = (share: string, headers = operator) => server.call('POST', '/api/v1/seal/unseal', { share }, headers)
const given = async () => (await server.call('GET', '/api/v1/seal', undefined, operator)).json['shares']

describe('a server that was started sealed', () => {
  test('lives, and says what it waits for', async () => {
    expect((await server.call('GET', '/healthz')).json).toMatchObject({ status: 'ok' })
    const { status, json } = await server.call('GET', '/readyz')
    expect([status, json]).toEqual([503, { status: 'sealed', kind: 'shamir', progress: { given: 0, needed: 3 } }])
    expect((await server.call('GET', '/api/v1/seal', undefined, operator)).json).toEqual({
      sealed: true,
      kind: 'shamir',
      shares: { total: 5, threshold: 3, given: 0 },
    })
  })

  test('answers everything else in one way, whoever asks', async () => {
    const open = new Set(['GET /api/v1/seal', 'POST /api/v1/seal/unseal'])
    const { routes } = await describeRoutes()
    const every = routes
      .filter(({ method, path }) => !open.has(`${method} ${path}`))
      .map(({ method, path }) => [method, path.replaceAll(/:\w+/g, 'x').replace('*', 'x')] as const)
    const plain = ['/metrics', '/api/openapi.json', '/sign-in', '/log/checkpoint', '/nothing'].map(
      (path) => ['GET', path] as const,
    )
    expect(every.length).toBeGreaterThan(60)
    const credentials = [{ authorization: `Bearer ${place.token()}` }, { cookie: '__Host-holdfast=hfs_x' }, {}]
    for (const [at, [method, path]] of [...every, ...plain, ['OPTIONS', '/'], ['PUT', '/api/v1/seal']].entries()) {
      const body = method === 'GET' || method === 'OPTIONS' ? undefined : {}
      const answer = await server.call(method, path, body, credentials[at % 3])
      expect([method, path, answer.status, answer.json['code']]).toEqual([method, path, 503, 'sealed'])
    }
  })

  test('shows the files of the console to anybody, and nothing that is not among them', async () => {
    const page = (path: string) => fetch(`${server.url}${path}`, { redirect: 'manual' })
    expect((await page('/')).headers.get('location')).toBe('/console/')
    const shown = await page('/console/events')
    // A checkout in which nobody has built it yet has none.
    expect(await shown.text()).toMatch(shown.status === 200 ? /<div id="root"><\/div>/ : /not built/)
    const escapes = ['/console/..%2f..%2f..%2fpackage.json', '/console/%2e%2e/api/v1/me', '/console/assets/x.js']
    for (const path of escapes) expect(await (await page(path)).text(), path).not.toMatch(/principal|workspaces/)
  })

  test('takes nothing that is not one of its shares, and tells nothing by refusing it', async () => {
    const other = await newShamir({ shares: 5, threshold: 3 })
    const [own = ''] = shares
    const share = parseShare(own) as Share
    const forged = formatShare({ ...share, bytes: Buffer.alloc(33, 7) })
    const tries: [unknown, string][] = [
      [{ share: 'hello' }, 'seal_share_malformed'],
      [{ share: own.slice(0, -1) }, 'seal_share_malformed'],
      [{ share: other.shares[0] }, 'seal_share_foreign'],
      [{ share: forged }, 'seal_share_foreign'],
      [{ share: formatShare({ ...share, number: 250 }) }, 'seal_share_foreign'],
      [{ passphrase: 'correct horse battery staple' }, 'seal_other_kind'],
      [{ share: own, passphrase: 'x' }, 'input_invalid'],
      [{ share: 'x'.repeat(401) }, 'input_invalid'],
      [{}, 'input_invalid'],
    ]
    for (const [body, expected] of tries)
      expect(await code(server.call('POST', '/api/v1/seal/unseal', body, attacker))).toBe(expected)
    // Of another seal or forged with the right set: the same words, or it could be found out which set is right.
    const [foreign, lie] = await Promise.all([unseal(other.shares[0] ?? '', attacker), unseal(forged, attacker)])
    const { requestId: _, ...one } = foreign.json
    const { requestId: __, ...two } = lie.json
    expect(one).toEqual(two)
    const big = await server.call('POST', '/api/v1/seal/unseal', { share: 'x'.repeat(20_000) }, attacker)
    expect(big.status).toBe(413)
    const crossSite = { ...operator, 'sec-fetch-site': 'cross-site' }
    expect(await code(unseal(own, crossSite))).toBe('cross_site_request')
    expect(await given()).toMatchObject({ given: 0 })
  })

  test('counts a share once, however often it comes', async () => {
    expect((await unseal(shares[4] ?? '')).json['shares']).toMatchObject({ given: 1 })
    for (const text of [shares[4] ?? '', (shares[4] ?? '').toUpperCase(), ` ${shares[4]}\n`])
      expect(await code(unseal(text))).toBe('seal_share_repeated')
    expect(await given()).toMatchObject({ given: 1 })
  })

  test('stands ten thousand tries, and the operator comes through', { timeout: 180_000 }, async () => {
    const answers = new Map<unknown, number>()
    const bad = { share: formatShare({ set: Buffer.alloc(8), number: 1, bytes: Buffer.alloc(33) }) }
    for (let round = 0; round < 200; round++) {
      const codes = await Promise.all(
        Array.from({ length: 50 }, () => code(server.call('POST', '/api/v1/seal/unseal', bad, attacker))),
      )
      for (const one of codes) answers.set(one, (answers.get(one) ?? 0) + 1)
    }
    expect(
      [...answers.keys()].every((key) => key === 'rate_limited' || key === 'seal_share_foreign' || key === 'seal_busy'),
    ).toBe(true)
    expect(answers.get('rate_limited') ?? 0).toBeGreaterThan(9_000)
    expect(await given()).toMatchObject({ given: 1 })
  })

  test('opens with the last share that is needed, without another start', async () => {
    // In another order than they were shown in, two of them at once.
    const both = await Promise.all([unseal(shares[0] ?? ''), unseal(shares[2] ?? '')])
    expect(both.map(({ status }) => status)).toEqual([200, 200])
    expect(new Set(both.map(({ json }) => json['sealed']))).toEqual(new Set([false, true]))
    await server.ready()
    expect(await code(unseal(shares[1] ?? ''))).toBe('seal_open')
    expect((await server.call('GET', '/api/v1/seal')).json).toMatchObject({ sealed: false, kind: 'shamir' })
    expect((await server.call('GET', '/api/v1/me')).status).toBe(200)
    expect((await server.call('GET', '/sign-in')).status).toBe(200)
  })

  test('then records who had tried, and that it was opened', async () => {
    const events = async () =>
      (await server.call('GET', '/api/v1/events?limit=200')).json['items'] as Record<string, unknown>[]
    await server.event('seal.unsealed')
    const kinds = (await events()).filter(({ kind }) => String(kind).startsWith('seal.'))
    const refusals = kinds.filter(({ kind }) => kind === 'seal.unseal_refused')
    const reasons = refusals.map(({ reason }) => reason)
    expect([reasons.length, new Set(reasons)]).toEqual([2, new Set(['seal_share_foreign', 'seal_share_malformed'])])
    for (const refusal of refusals) expect(JSON.stringify(refusal)).toContain('198.51.100.66')
    expect(kinds.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['seal.change_prepared', 'seal.changed']))
  })

  test('has written no share and nothing of one into log or database', async () => {
    const log = readFileSync(server.logFile, 'utf8')
    const { rows } = await dump(place.databaseUrl)
    for (const text of shares) {
      const { bytes } = parseShare(text) as Share
      for (const form of [text.slice(4, 60), bytes.toString('hex'), bytes.toString('base64').slice(0, 40)]) {
        expect(log).not.toContain(form)
        expect(rows).not.toContain(form)
      }
    }
  })
})

/** Every row of every table as text. */
async function dump(url: string): Promise<{ rows: string }> {
  const { Client } = await import('pg')
  const client = new Client({ connectionString: url })
  await client.connect()
  const { rows: tables } = await client.query<{ name: string }>(
    "SELECT quote_ident(table_name) AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'",
  )
  const texts: string[] = []
  for (const { name } of tables) {
    const { rows } = await client.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`)
    texts.push(...rows.map(({ row }) => row))
  }
  await client.end()
  return { rows: texts.join('\n') }
}
