import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { type Installation, installation, type OwnProcess } from '../testing/own-process.ts'

const passphrase = 'six random words are quite good'
const next = 'and six others are good as well'

/** Each starts several servers, beside whatever else the machine does. */
const long = { timeout: 180_000 }

let place: Installation
beforeEach(async () => {
  place = await installation(inject('postgresUrl'), 'here')
})
afterEach(() => place.close())

const keyPath = () => join(place.folder, 'one', 'seal.key')
const change = (server: OwnProcess, body: object) => server.call('POST', '/api/v1/seal/change', body)
const unseal = (server: OwnProcess, body: object) => server.call('POST', '/api/v1/seal/unseal', body)

async function isSealed(server: OwnProcess, kind: string): Promise<void> {
  const { status, json } = await server.call('GET', '/readyz')
  expect([status, json]).toMatchObject([503, { status: 'sealed', kind }])
}

async function works(server: OwnProcess): Promise<void> {
  await server.ready()
  expect((await server.call('GET', '/api/v1/me')).status).toBe(200)
}

describe('a passphrase', () => {
  test('seals from the first start, opens at the next one, and is asked for where it is missing', long, async () => {
    const given = { HOLDFAST_SEAL_KIND: 'passphrase', HOLDFAST_SEAL_PASSPHRASE: passphrase }
    await (await place.start(given)).stop()
    expect(existsSync(keyPath())).toBe(false)
    const file = join(place.folder, 'passphrase')
    writeFileSync(file, `${passphrase}\n`)
    const fromFile = await place.start({ HOLDFAST_SEAL_KIND: 'passphrase', HOLDFAST_SEAL_PASSPHRASE_FILE: file })
    await works(fromFile)
    await fromFile.stop()

    const server = await place.start({ HOLDFAST_SEAL_KIND: 'passphrase' })
    await isSealed(server, 'passphrase')
    for (const wrong of ['six random words are quite goo', '', 'x'.repeat(1000)]) {
      const { status, json } = await unseal(server, { passphrase: wrong })
      expect([status, json['code']]).toEqual([422, 'seal_passphrase_wrong'])
    }
    expect((await unseal(server, { passphrase })).json).toMatchObject({ sealed: false })
    await works(server)
    expect(readFileSync(server.logFile, 'utf8')).not.toContain(passphrase)
  })

  test('that is wrong, too short or missing at the first start is told with a sentence', long, async () => {
    const kind = { HOLDFAST_SEAL_KIND: 'passphrase' }
    await expect(place.start(kind)).rejects.toThrow(/needs one \(HOLDFAST_SEAL_PASSPHRASE_FILE\)/)
    await expect(place.start({ ...kind, HOLDFAST_SEAL_PASSPHRASE: 'short' })).rejects.toThrow(/at least 16 characters/)
    await expect(place.start({ HOLDFAST_SEAL_KIND: 'shamir' })).rejects.toThrow(/holdfast seal change --to shamir/)
    await (await place.start({ ...kind, HOLDFAST_SEAL_PASSPHRASE: passphrase })).stop()
    await expect(place.start({ ...kind, HOLDFAST_SEAL_PASSPHRASE: next })).rejects.toThrow(/does not open/)
  })

  test('is tried by a few at a time: a flood does not take the memory', long, async () => {
    await (await place.start({ HOLDFAST_SEAL_KIND: 'passphrase', HOLDFAST_SEAL_PASSPHRASE: passphrase })).stop()
    const server = await place.start()
    const tries = await Promise.all(Array.from({ length: 25 }, () => unseal(server, { passphrase: next })))
    const codes = new Set(tries.map(({ json }) => json['code']))
    expect(codes).toEqual(new Set(['seal_busy', 'seal_passphrase_wrong']))
    expect((await unseal(server, { passphrase })).status).toBe(200)
  })
})

describe('a key file', () => {
  test('that is missing seals the server until it is brought', long, async () => {
    await (await place.start()).stop()
    renameSync(keyPath(), `${keyPath()}.away`)
    const server = await place.start()
    await isSealed(server, 'file')
    expect((await unseal(server, { passphrase })).json['code']).toBe('seal_other_kind')
    expect(existsSync(keyPath())).toBe(false)
    renameSync(`${keyPath()}.away`, keyPath())
    await works(server)
  })

  test('of another database, or that others can read, is told with a sentence', long, async () => {
    await (await place.start()).stop()
    const own = readFileSync(keyPath(), 'utf8')
    writeFileSync(keyPath(), `${randomBytes(32).toString('base64')}\n`)
    await expect(place.start()).rejects.toThrow(/does not belong to this database/)
    writeFileSync(keyPath(), own)
    chmodSync(keyPath(), 0o644)
    await expect(place.start()).rejects.toThrow(/chmod 600/)
    chmodSync(keyPath(), 0o600)
    await works(await place.start())
  })

  test('that the operator has made is taken', long, async () => {
    const path = join(place.folder, 'own.key')
    writeFileSync(path, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 })
    const before = readFileSync(path, 'utf8')
    await works(await place.start({ HOLDFAST_SEAL_KEY_FILE: path }))
    expect(readFileSync(path, 'utf8')).toBe(before)
  })
})

describe('a change of the seal', () => {
  test('goes from each kind to each, and what opened before opens nothing from then on', long, async () => {
    let server = await place.start()
    const firstKey = readFileSync(keyPath(), 'utf8')
    const restarted = async (env: Record<string, string> = {}) => {
      await server.stop()
      server = await place.start(env)
    }
    const shamir = async (): Promise<string[]> => {
      const { json } = await change(server, { to: 'shamir', shares: 3, threshold: 2 })
      const shares = (json['shares'] as { share: string }[]).map(({ share }) => share)
      const { status } = await server.call('POST', '/api/v1/seal/change/confirm', { shares })
      expect(status).toBe(200)
      return shares
    }

    // file -> passphrase
    expect((await change(server, { to: 'passphrase', passphrase })).json).toMatchObject({
      changed: true,
      kind: 'passphrase',
      generation: 2,
      shares: null,
    })
    await expect.poll(() => existsSync(keyPath())).toBe(false)
    mkdirSync(join(place.folder, 'one'), { recursive: true })
    writeFileSync(keyPath(), firstKey, { mode: 0o600 })
    await restarted()
    await isSealed(server, 'passphrase')
    await unseal(server, { passphrase })
    await works(server)

    // passphrase -> passphrase
    expect((await change(server, { to: 'passphrase', passphrase: next })).json).toMatchObject({ generation: 3 })
    await restarted()
    expect((await unseal(server, { passphrase })).json['code']).toBe('seal_passphrase_wrong')
    await unseal(server, { passphrase: next })
    await works(server)

    // passphrase -> shamir -> shamir
    const old = await shamir()
    const shares = await shamir()
    await restarted({ HOLDFAST_SEAL_PASSPHRASE: next })
    await isSealed(server, 'shamir')
    expect((await unseal(server, { share: old[0] })).json['code']).toBe('seal_share_foreign')
    await unseal(server, { share: shares[2] })
    await unseal(server, { share: shares[0] })
    await works(server)

    // shamir -> file -> file
    expect((await change(server, { to: 'file' })).json).toMatchObject({ changed: true, kind: 'file' })
    const secondKey = readFileSync(keyPath(), 'utf8')
    await restarted()
    await works(server)
    await change(server, { to: 'file' })
    await expect.poll(() => readFileSync(keyPath(), 'utf8').trim().split('\n')).toHaveLength(1)
    expect(readFileSync(keyPath(), 'utf8')).not.toBe(secondKey)
    await restarted()
    await works(server)
    await server.stop()
    writeFileSync(keyPath(), secondKey)
    await expect(place.start()).rejects.toThrow(/does not belong/)
  })

  test(
    'to shares holds only when they came back; until then, and after an hour, nothing is changed',
    long,
    async () => {
      const server = await place.start()
      const prepared = await change(server, { to: 'shamir', shares: 3, threshold: 2 })
      const again = await change(server, { to: 'shamir', shares: 5, threshold: 4 })
      const texts = (answer: typeof prepared) =>
        (answer.json['shares'] as { share: string }[]).map(({ share }) => share)
      const confirm = async (shares: string[]) =>
        (await server.call('POST', '/api/v1/seal/change/confirm', { shares })).json['code']
      expect(await confirm(texts(prepared))).toBe('seal_share_foreign')
      const [a = '', b = '', c = ''] = texts(again)
      expect(await confirm([a, b, c])).toBe('seal_shares_missing')
      expect(await confirm([a, a, a, a])).toBe('seal_shares_missing')
      expect(await confirm([a, `${b}x`])).toBe('seal_share_malformed')
      const { Client } = await import('pg')
      const client = new Client({ connectionString: place.databaseUrl })
      await client.connect()
      await client.query("UPDATE seals SET created_at = now() - interval '61 minutes' WHERE state = 'pending'")
      await client.end()
      expect(await confirm(texts(again))).toBe('seal_no_change')
      expect((await server.call('GET', '/api/v1/seal/details')).json).toMatchObject({
        kind: 'file',
        pending: null,
        root: { generation: 1 },
      })
      for (const body of [
        { to: 'shamir', shares: 2, threshold: 3 },
        { to: 'shamir', shares: 33, threshold: 3 },
        { to: 'shamir', shares: 3, threshold: 1 },
        { to: 'passphrase', passphrase: 'too short' },
        { to: 'nothing' },
      ])
        expect((await change(server, body)).status).toBe(422)
    },
  )

  test('to a file that cannot be written changes nothing, and says so', long, async () => {
    const server = await place.start({
      HOLDFAST_SEAL_KIND: 'passphrase',
      HOLDFAST_SEAL_PASSPHRASE: passphrase,
      HOLDFAST_SEAL_KEY_FILE: '/dev/null/seal.key',
    })
    const { status, json } = await change(server, { to: 'file' })
    expect([status, json['code']]).toEqual([409, 'seal_file_unwritable'])
    expect((await server.call('GET', '/api/v1/seal/details')).json).toMatchObject({ kind: 'passphrase' })
    expect(await server.event('seal.changed')).toMatchObject({
      outcome: 'refused',
      reason: 'seal_file_unwritable',
    })
    expect((await change(server, { to: 'passphrase', passphrase: next })).status).toBe(200)
  })

  test('is for operators who may, leaves its event, and shows no secret there', long, async () => {
    const server = await place.start()
    const anonymous = (path: string) => server.call('POST', path, { to: 'file' }, {})
    for (const path of ['/api/v1/seal/change', '/api/v1/seal/change/confirm', '/api/v1/seal/rotate'])
      expect((await anonymous(path)).status).toBe(401)
    expect((await server.call('GET', '/api/v1/seal/details', undefined, {})).status).toBe(401)
    const service = await server.call('POST', '/api/v1/services', { name: 'nobody' })
    const key = {
      authorization: `Bearer ${String(service.json['key'] ?? service.json['secret'] ?? service.json['token'])}`,
    }
    expect((await server.call('POST', '/api/v1/seal/rotate', undefined, key)).status).toBe(403)
    await change(server, { to: 'passphrase', passphrase })
    expect((await server.call('POST', '/api/v1/seal/rotate')).json).toMatchObject({ generation: 3 })
    const [changed, rotated] = [await server.event('seal.changed'), await server.event('seal.rotated')]
    expect(JSON.stringify([changed, rotated])).not.toContain(passphrase)
    expect(rotated.data).toMatchObject({ kind: 'passphrase', generation: 3 })
    expect(changed.data).toMatchObject({
      from: 'file',
      to: 'passphrase',
      generation: 2,
      replicas: 1,
      unproven: 0,
    })
  })
})

test('settings that say another seal than the one that holds are told', long, async () => {
  const server = await place.start()
  await change(server, { to: 'passphrase', passphrase })
  await server.stop()
  const { startServer } = await import('../serve.ts')
  const running = await startServer({
    env: { HOLDFAST_SEAL_KIND: 'file', HOLDFAST_SEAL_PASSPHRASE: passphrase },
    logFile: join(place.folder, 'two.log'),
    flags: { data: join(place.folder, 'one'), 'http.listen': '127.0.0.1:0', 'database.url': place.databaseUrl },
  })
  expect(running.warnings.join('\n')).toMatch(
    /seal\.kind: file is configured, and the root key is sealed by passphrase/,
  )
  await running.stop()
})
