import {
  leafHash,
  parseCheckpoint,
  parseTilePath,
  type TileId,
  tilePath,
  verifyConsistency,
  verifyEventProof,
  verifyLog,
  verifyPack,
  type VerifyOptions,
} from '@holdfast/merkle'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { contextOf, type Fixture, openFixture } from '../../testing/fixture.ts'
import { type LedgerFixture, ledgerOn } from '../../testing/ledger.ts'
import { startTestServer, testCaller, type TestServer } from '../../testing/test-server.ts'
import { edgeEvent } from './testing/edge-event.ts'

let fixture: Fixture
let ledger: LedgerFixture
let server: TestServer
const ids: string[] = []

const ada = { type: 'Person', id: '01900000-0000-7000-8000-0000000000f1', name: 'Ada' }

beforeAll(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  ledger = ledgerOn(fixture)
  server = await startTestServer({
    database: fixture.database,
    tenant: fixture.tenant,
    routes: ledger.ledger.routes,
    recordEvent: ledger.ledger.recordEvent,
    callers: { two: testCaller(fixture.other) },
  })
  const reporter = { type: 'Service', id: 'shop' }
  for (const [tenant, count] of [
    [fixture.tenant, 700],
    [fixture.other, 20],
  ] as const) {
    const events = Array.from({ length: count }, (_, n) => edgeEvent({ actor: ada, data: { n, of: tenant } }))
    if (tenant === fixture.tenant) ids.push(...events.map(({ id }) => id))
    await ledger.units.work(contextOf(tenant), (tx) => ledger.ledger.ingest(tx, events, reporter))
    await ledger.sequenceAll()
  }
})
afterAll(async () => {
  await server.close()
  await ledger.ledger.stop()
  await fixture.close()
})

async function fetched(path: string, secret = 'one'): Promise<Response> {
  const response = await server.request(path, { headers: { authorization: `Bearer ${secret}` } })
  expect(response.status, await response.clone().text()).toBe(200)
  return response
}
const text = async (path: string, secret?: string) => (await fetched(path, secret)).text()
const json = async (path: string, secret?: string) =>
  (await (await fetched(path, secret)).json()) as Record<string, unknown>

async function tile(tile: TileId): Promise<Uint8Array> {
  return new Uint8Array(await (await fetched(`/log/${tilePath(tile)}`)).arrayBuffer())
}

const verified = (pack: string, options: VerifyOptions = {}) => verifyPack(pack.split('\n').slice(0, -1), options)

describe('GET /events/:id', () => {
  it('shows the event in short and in OCSF, with its place', async () => {
    const found = await json(`/api/v1/events/${ids[2]}`)
    expect(found).toMatchObject({
      event: { id: ids[2], seq: 3, kind: 'order.placed', actor: ada, data: { n: 2 } },
      ocsf: { metadata: { uid: ids[2], event_code: 'order.placed', tenant_uid: fixture.tenant } },
      erased: [],
      problem: null,
    })
    const entries = await tile({ level: 'entries', index: 0, width: 256 })
    const { leafHash: leaf, commitment } = found['place'] as { leafHash: string; commitment: string }
    const entry = entries.subarray(2 * 59 + 2, 3 * 59)
    expect(leafHash(entry).toString('hex')).toBe(leaf)
    expect(Buffer.from(entry).toString('hex').endsWith(commitment)).toBe(true)
  })

  it('shows an event that still waits for its place, which has no proof yet', async () => {
    const id = await ledger.record({ data: { n: 'waiting' } })
    expect(await json(`/api/v1/events/${id}`)).toMatchObject({ event: { id, seq: null }, place: null })
    expect((await server.request(`/api/v1/events/${id}/proof`)).status).toBe(409)
    await ledger.sequenceAll()
    expect(await json(`/api/v1/events/${id}`)).toMatchObject({ event: { id, data: { n: 'waiting' } } })
    expect(verifyEventProof(await text(`/api/v1/events/${id}/proof`))).toMatchObject({ ok: true })
  })

  it('has nothing of another tenant, and nothing under what is no id', async () => {
    const foreign = (await ledger.events(fixture.other))[0]?.id ?? ''
    expect(await json(`/api/v1/events/${foreign}`, 'two')).toMatchObject({ event: { id: foreign } })
    for (const id of [foreign, '01900000-0000-7000-8000-000000000000', 'x', "'", 'a'.repeat(900)]) {
      for (const path of ['', '/proof']) {
        const response = await server.request(`/api/v1/events/${id}${path}`)
        expect(response.status).toBe(404)
        expect(await response.json()).toMatchObject({ code: 'event_not_found' })
      }
    }
    expect((await server.request('/api/v1/events/%00')).status).toBe(404)
  })
})

describe('what an auditor takes away', () => {
  it('is a proof of one event that holds without us, and names what it said', async () => {
    const trustedKeys = [(await text('/log/key')).trim()]
    for (const n of [0, 255, 256, 699]) {
      const documents: unknown[] = []
      const result = verifyEventProof(await text(`/api/v1/events/${ids[n]}/proof`), {
        trustedKeys,
        onEvent: ({ document }) => documents.push(document),
      })
      expect(result).toMatchObject({ ok: true, keyTrusted: true, from: n + 1, whole: 1 })
      expect(documents).toMatchObject([{ metadata: { uid: ids[n] }, actor: { user: { name: 'Ada' } } }])
    }
  })

  it('is the whole log as a pack, in which what others said is closed', async () => {
    const { size } = await json('/api/v1/ledger/head')
    const pack = await text('/api/v1/ledger/pack?older=1,256,300')
    expect(verified(pack)).toMatchObject({ ok: true, from: 1, to: size, size, closed: 20 })
    expect(pack).not.toContain(fixture.other)
    const other = verified(await text('/api/v1/ledger/pack?from=690&to=720', 'two'))
    expect(other).toMatchObject({ ok: true, from: 690, to: 720, events: 31, closed: 11, whole: 20 })
  })

  it.each(['from=0', 'from=5&to=4', 'to=99999999', 'older=5,3', 'older=99999999', 'from=x', 'to=1e3'])(
    'is not a pack of what is not there: %s',
    async (query) => {
      expect((await server.request(`/api/v1/ledger/pack?${query}`)).status).toBe(422)
    },
  )

  it('is a proof that the log continues an earlier one', async () => {
    const { rows } = await fixture.admin.query<{ size: string; root_hash: Buffer }>(
      'SELECT size, root_hash FROM log_checkpoints ORDER BY size',
    )
    const [old, now] = [rows[0], rows.at(-1)].map((row) => ({
      size: Number(row?.size),
      root: row?.root_hash ?? Buffer.alloc(0),
    }))
    if (old === undefined || now === undefined) throw new Error('there are no two checkpoints')
    const proof = async (from: number) => {
      const { hashes } = await json(`/api/v1/ledger/consistency?from=${from}&to=${now.size}`)
      return (hashes as string[]).map((hash) => Buffer.from(hash, 'base64'))
    }
    const claim = { oldSize: old.size, oldRoot: old.root, size: now.size, root: now.root }
    expect(old.size).toBeLessThan(now.size)
    expect(verifyConsistency({ ...claim, proof: await proof(old.size) })).toBe(true)
    expect(verifyConsistency({ ...claim, proof: await proof(old.size - 1) })).toBe(false)
    expect((await server.request('/api/v1/ledger/consistency?from=0')).status).toBe(422)
    expect((await server.request('/api/v1/ledger/consistency?from=9&to=8')).status).toBe(422)
  })
})

describe('/log', () => {
  it('is a log that a monitor reads and verifies, entry by entry', async () => {
    const checkpoint = await text('/log/checkpoint')
    const vkey = (await text('/log/key')).trim()
    const { size, origin } = parseCheckpoint(checkpoint.slice(0, checkpoint.indexOf('\n\n') + 1))
    expect(origin).toBe('holdfast.test/log')
    const seen: number[] = []
    const result = await verifyLog({ tile }, { vkey, checkpoint }, { onEntry: (seq) => seen.push(seq) })
    expect(result).toMatchObject({ ok: true, size })
    expect(seen).toHaveLength(size)
  })

  it('lets what never changes be kept, by the reader alone', async () => {
    const header = async (path: string) => (await fetched(path)).headers.get('cache-control')
    expect(await header('/log/tile/0/000')).toBe('private, max-age=31536000, immutable')
    expect(await header('/log/tile/entries/001')).toBe('private, max-age=31536000, immutable')
    expect(await header('/log/tile/0/002.p/3')).toBe('private, max-age=60')
    expect(await header('/log/checkpoint')).toBe('no-store')
  })

  it.each([
    'tile/0/003',
    'tile/0/002',
    'tile/0/002.p/256',
    'tile/0/000.p/0',
    'tile/2/000',
    'tile/1/000.p/3',
    'tile/0/00',
    'tile/0/x000/000',
    'tile/-1/000',
    'tile/entries/003',
    'tile/0/000/',
    'tile/0/..%2f000',
    'tile/0/999999999999999',
  ])('has no %s', async (path) => {
    expect(parseTilePath(path) === undefined || path.length > 0).toBe(true)
    const response = await server.request(`/log/${path}`)
    expect(response.status).toBe(404)
  })

  it('asks for the permission to read the log, and the reading is an event', async () => {
    const refusing = await startTestServer({
      database: fixture.database,
      tenant: fixture.tenant,
      routes: ledger.ledger.routes,
      recordEvent: ledger.ledger.recordEvent,
      decide: async (_, action) => ({ allowed: action !== 'readLog', explanation: 'no', reasons: [] }),
    })
    for (const path of ['checkpoint', 'key', 'tile/0/000']) {
      expect((await refusing.request(`/log/${path}`)).status).toBe(403)
    }
    await refusing.close()
    const read = (await ledger.events()).filter(({ view }) => view.kind === 'log.read')
    expect(new Set(read.map(({ view }) => view.data['what']))).toContain('tiles')
  })
})
