import type { Event } from '@holdfast/events'
import { verifyPack } from '@holdfast/merkle'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { manifests } from '../../modules.ts'
import { onceWithin } from '../../testing/once-within.ts'
import { startWholeServer, type WholeServer } from '../../testing/whole-server.ts'

let whole: WholeServer
let admin: Client
/** of a service among the admins: every use of the bootstrap token is an event of its own */
let key: string

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'))
  const { json } = await whole.call('POST', '/api/v1/services', { name: 'tester', groups: ['admins'] })
  key = String(json['key'])
  admin = new Client({ connectionString: whole.databaseUrl })
  await admin.connect()
})
afterAll(async () => {
  await admin.end()
  await whole.close()
})

const people = async () => (await admin.query('SELECT 1 FROM people')).rowCount
const get = (path: string) => whole.call('GET', `/api/v1${path}`, undefined, key)
const add = (email: string) => whole.call('POST', '/api/v1/people', { email, name: 'Ada' }, key)

async function pack(): Promise<string[]> {
  const response = await fetch(`${whole.url}/api/v1/ledger/pack`, { headers: { authorization: `Bearer ${key}` } })
  expect(response.status).toBe(200)
  return (await response.text()).split('\n').slice(0, -1)
}

async function latest(): Promise<string> {
  return String((await get('/events?limit=1')).json['latest'])
}

describe('the ledger of the whole server', () => {
  it('follows a change within a second, and verifies', async () => {
    let event: Event | undefined
    let tries = 0
    await onceWithin(1000, async () => {
      const after = await latest()
      const following = get(`/events?after=${after}&wait=20&kind=person.created`)
      tries += 1
      const { status, json: person } = await add(`ada${tries}@shop.example`)
      const committed = performance.now()
      expect(status).toBe(201)
      event = ((await following).json['items'] as Event[])[0]
      expect(event).toMatchObject({
        kind: 'person.created',
        outcome: 'success',
        resource: { type: 'Person', id: person['id'] },
        source: { address: '127.0.0.1' },
      })
      return performance.now() - committed
    })
    // The checkpoint follows within a second; a busy machine takes longer, and a pack may be had once a second.
    await vi.waitFor(
      async () => {
        const result = verifyPack(await pack(), { trustedKeys: [String((await get('/ledger/head')).json['vkey'])] })
        expect(result).toMatchObject({ ok: true, keyTrusted: true, closed: 0, erased: 0 })
        expect(result.ok && result.size).toBeGreaterThanOrEqual(event?.seq ?? Number.POSITIVE_INFINITY)
      },
      { timeout: 60_000, interval: 1_500 },
    )
  })

  it('has an event of a request that was refused, which the answer names', async () => {
    await add('twice@shop.example')
    const before = await people()
    const { status, json } = await add('twice@shop.example')
    expect(status).toBe(409)
    expect(await people()).toBe(before)
    const { json: found } = await whole.call('GET', `/api/v1/events/${String(json['eventId'])}`)
    expect(found).toMatchObject({ event: { outcome: 'refused', reason: json['code'] } })
  })

  it('has no event that no module declared', async () => {
    const declared = new Set(manifests.flatMap(({ events }) => Object.keys(events)))
    const { rows } = await admin.query<{ kind: string }>('SELECT DISTINCT kind FROM events')
    expect(rows.length).toBeGreaterThan(2)
    expect(rows.map(({ kind }) => kind).filter((kind) => !declared.has(kind))).toEqual([])
  })

  it('passes its controls, as every module does', async () => {
    const { status, json } = await get('/controls')
    expect(status).toBe(200)
    const items = json['items'] as { id: string; status: string; evidence: string }[]
    expect(items.length).toBeGreaterThan(5)
    // Nobody has enrolled yet, operators of tests need no passkey, the seal is a file, and neither an anchor nor a sink, a mail
    // server, a breach filter or an application with a gateway is configured.
    const expected = [
      'directory.operators',
      'signin.bootstrap-ended',
      'signin.operators-phishing-resistant',
      'signin.breach-filter',
      'mail.transport-encrypted',
      'keys.root-key-sealed',
      'ledger.anchored',
      'ledger.sinks-deliver',
      'protection.forged-requests-refused',
      'protection.attacks-refused',
      'protection.api-described',
      'protection.exceptions-narrow',
      'protection.routes-decided',
      'protection.route-actions-declared',
    ]
    expect(items.filter((item) => item.status !== 'pass' && !expected.includes(item.id))).toEqual([])
  })

  it('is in the overview', async () => {
    const { status, json } = await get('/overview')
    expect(status, JSON.stringify(json)).toBe(200)
    expect(json).toMatchObject({ people: { total: await people() }, ledger: { hash: expect.any(String) as string } })
    const controls = json['controls'] as { passed: number; failed: number; total: number }
    // What nobody has configured is neither: a sink, and the six of an application with a gateway.
    expect(controls.total - controls.passed - controls.failed).toBeLessThanOrEqual(7)
  })
})

// Last, since it breaks things.
describe('when events cannot be written', () => {
  it('no change of the management API happens, and it works again when they can', async () => {
    const before = await people()
    await admin.query('REVOKE INSERT (id) ON events FROM holdfast_tenant')
    const refused = await add('ghost@shop.example')
    expect(refused.status).toBe(500)
    expect(refused.json['code']).toBe('internal_error')
    expect(await people()).toBe(before)
    expect((await get('/people')).status).toBe(200)
    // Nor does a refusal go unrecorded: it is a fault as well.
    expect((await whole.call('GET', '/api/v1/people', undefined, `hfk_${'x'.repeat(43)}`)).status).toBe(500)
    await admin.query('GRANT INSERT (id) ON events TO holdfast_tenant')
    expect((await add('ghost@shop.example')).status).toBe(201)
  })
})
