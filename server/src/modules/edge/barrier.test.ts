import { prepareKeys, type PublicJwk, verifyReceipt } from '@holdfast/bundle'
import { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { type PretendedEdge, pretendedEdge } from '../../testing/pretended-edge.ts'
import { startWholeServer, type WholeServer } from '../../testing/whole-server.ts'

let whole: WholeServer
let admin: Client
let trust: PublicJwk[] = []
const keys: Record<string, string> = {}
let count = 0

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'))
  admin = new Client({ connectionString: whole.databaseUrl })
  await admin.connect()
  for (const id of ['shop', 'bank']) {
    expect((await whole.call('POST', '/api/v1/applications', { id, name: id })).status).toBe(201)
    await service(id, { name: id, application: id })
  }
  await service('gateway', { name: 'gateway', groups: ['gateways'] })
})
afterAll(async () => {
  await admin.end()
  await whole.close()
})
beforeEach(async () => {
  await admin.query('DELETE FROM edges')
})

async function service(as: string, body: object): Promise<void> {
  const { status, json } = await whole.call('POST', '/api/v1/services', body)
  expect(status).toBe(201)
  keys[as] = json['key'] as string
  trust = (json['trust'] as { keys: PublicJwk[] }).keys
}

/** Its lease does not lapse however slow the machine is, save where that is what is tried. */
function edge(
  as: 'shop' | 'bank' | 'gateway',
  { instance = `edge-${(count += 1)}`, lapses = false }: { instance?: string; lapses?: boolean } = {},
): PretendedEdge {
  const application = as === 'gateway' ? undefined : as
  const made = pretendedEdge((path, body, key) => whole.call('POST', path, body, key), {
    key: keys[as] ?? '',
    application,
    instance,
  })
  if (lapses) return made
  const sync: PretendedEdge['sync'] = async (wait) => {
    const answer = await made.sync(wait)
    await admin.query("UPDATE edges SET lease_until = now() + interval '1 hour' WHERE instance = $1", [instance])
    return answer
  }
  return Object.defineProperty(Object.create(made), 'sync', { value: sync }) as PretendedEdge
}

const policy = (name: string, app = 'shop') =>
  whole.call('PUT', `/api/v1/applications/${app}/policies/${name}`, {
    text: 'permit (principal, action == Action::"get", resource);',
  })
const epochOf = ({ headers }: { headers: Headers }) => Number(headers.get('holdfast-epoch'))
const barrier = (body: object = {}) => whole.call('POST', '/api/v1/barrier', { waitSeconds: 0, ...body })
const how = (json: Record<string, unknown>) =>
  Object.fromEntries((json['edges'] as { instance: string; how: string }[]).map((one) => [one.instance, one.how]))

describe('an answer to a change', () => {
  it('says the epoch that it took, and each later one a higher', async () => {
    const first = epochOf(await policy('epoch-one'))
    const person = await whole.call('POST', '/api/v1/people', { email: 'eve@shop.example', name: 'Eve' })
    const group = await whole.call('POST', '/api/v1/groups', { id: 'late', name: 'Late' })
    const disabled = await whole.call('PATCH', `/api/v1/people/${String(person.json['id'])}`, { state: 'disabled' })
    const removed = await whole.call('DELETE', '/api/v1/applications/shop/policies/epoch-one')
    const epochs = [first, ...[person, group, disabled, removed].map(epochOf)]
    expect(epochs).toEqual(epochs.toSorted((a, b) => a - b))
    expect(new Set(epochs).size).toBe(epochs.length)
    expect(Math.min(...epochs)).toBeGreaterThan(0)
  })

  it('says none where it was refused, or nothing that edges hear of was changed', async () => {
    const refused = await whole.call('PUT', '/api/v1/applications/shop/policies/bad', { text: 'permit (' })
    expect([refused.status, refused.headers.has('holdfast-epoch')]).toEqual([422, false])
    expect((await whole.call('GET', '/api/v1/people')).headers.has('holdfast-epoch')).toBe(false)
  })
})

describe('the barrier', () => {
  it('is passed at once where nobody has a lease', async () => {
    const { status, json } = await barrier()
    expect(status).toBe(200)
    expect(json).toMatchObject({ state: 'effective', edges: [], application: null })
  })

  it('waits for an edge until that says that it has the change', async () => {
    const shop = edge('shop')
    await shop.sync()
    await shop.sync()
    const epoch = epochOf(await policy('waits'))
    const pending = await barrier({ epoch })
    expect(pending.status).toBe(202)
    expect(pending.json).toMatchObject({ state: 'pending', effectiveAt: null, receipt: null })
    expect(how(pending.json)).toEqual({ [shop.instance]: 'waiting' })
    const passing = barrier({ epoch, waitSeconds: 25 })
    await shop.sync()
    // It has been given the change, and has not said that it has it.
    expect(how((await barrier({ epoch })).json)).toEqual({ [shop.instance]: 'waiting' })
    await shop.sync()
    const passed = await passing
    expect(passed.json).toMatchObject({ state: 'effective', epoch })
    expect(how(passed.json)).toEqual({ [shop.instance]: 'acknowledged' })
  })

  it('waits for ended sessions likewise', async () => {
    const shop = edge('shop')
    await shop.sync()
    await shop.sync()
    await admin.query(
      'INSERT INTO session_revocations (tenant_id, session_id, revoked_at) SELECT id, gen_random_uuid(), now() FROM tenants',
    )
    expect(how((await barrier()).json)).toEqual({ [shop.instance]: 'waiting' })
    expect((await shop.sync()).revoked).toHaveLength(1)
    await shop.sync()
    expect(how((await barrier()).json)).toEqual({ [shop.instance]: 'acknowledged' })
  })

  it('counts a lease that is over, and not one that was given after the change', async () => {
    const [lost, stubborn] = [edge('shop', { lapses: true }), edge('shop', { lapses: true })]
    for (const one of [lost, stubborn]) await one.sync()
    const epoch = epochOf(await policy('lapse'))
    const passing = barrier({ epoch, waitSeconds: 25 })
    // The one is cut off; the other asks again and again, and never takes over what it is given.
    const said: Promise<unknown>[] = []
    const end = setInterval(() => said.push(stubborn.say({})), 500)
    const { json } = await passing
    clearInterval(end)
    // What is still under way would be an edge of the next test.
    await Promise.all(said)
    expect(json['state']).toBe('effective')
    expect(how(json)).toEqual({ [lost.instance]: 'lapsed', [stubborn.instance]: 'lapsed' })
    for (const { leaseUntil } of json['edges'] as { leaseUntil: string }[]) {
      expect(String(json['effectiveAt']) >= leaseUntil).toBe(true)
    }
  })

  it('counts an edge that has left, which gets no lease any more', async () => {
    const shop = edge('shop')
    await shop.sync()
    await policy('left')
    expect(await shop.leave()).toBe(200)
    expect((await barrier()).json).toMatchObject({ state: 'effective', edges: [] })
    expect(await shop.say({})).toMatchObject({ status: 409, json: { code: 'edge_left' } })
    expect(await shop.leave()).toBe(409)
  })

  it('asks the edges of one application and the gateways, where one is named; of each no more than concerns it', async () => {
    const [shop, bank, gateway] = [edge('shop'), edge('bank'), edge('gateway')]
    for (const one of [shop, bank, gateway]) {
      await one.sync()
      await one.sync()
    }
    const epoch = epochOf(await policy('one-application'))
    expect(how((await barrier({ epoch })).json)).toEqual({
      [shop.instance]: 'waiting',
      // Nothing of theirs was changed: what they hold is what there is.
      [bank.instance]: 'acknowledged',
      [gateway.instance]: 'acknowledged',
    })
    expect(how((await barrier({ epoch, application: 'bank' })).json)).toEqual({
      [bank.instance]: 'acknowledged',
      [gateway.instance]: 'acknowledged',
    })
  })

  it('waits for gateways when a key of a service is gone, which they may remember', async () => {
    const gateway = edge('gateway')
    await gateway.sync()
    await gateway.sync()
    const made = await whole.call('POST', '/api/v1/services', { name: 'robot', application: 'shop' })
    const { id } = made.json['service'] as { id: string }
    await gateway.sync()
    await gateway.sync()
    expect((await whole.call('DELETE', `/api/v1/services/${id}`)).status).toBe(200)
    expect(how((await barrier()).json)).toEqual({ [gateway.instance]: 'waiting' })
  })

  it('refuses an epoch that no change has had, an application that is none, and whoever may not ask', async () => {
    expect(await barrier({ epoch: 1_000_000 })).toMatchObject({ status: 422, json: { code: 'epoch_unknown' } })
    expect(await barrier({ application: 'none' })).toMatchObject({ status: 404 })
    const byShop = await whole.call('POST', '/api/v1/barrier', {}, keys['shop'])
    expect(byShop.status).toBe(403)
    expect((await whole.call('GET', '/api/v1/edges', undefined, keys['shop'])).status).toBe(403)
  })
})

describe('whoever lies', () => {
  it('cannot speak for the process of another service', async () => {
    const shop = edge('shop')
    await shop.sync()
    const epoch = epochOf(await policy('forged'))
    await edge('bank', { instance: shop.instance }).say({ epoch: 1, cursor: 0 })
    const { json } = await barrier({ epoch, application: 'shop' })
    expect(how(json)).toEqual({ [shop.instance]: 'waiting' })
  })

  it('is not believed to hold more than there is: a database that was set back', async () => {
    const shop = edge('shop')
    await shop.sync()
    const ahead = await shop.say({ epoch: 1_000_000 })
    expect(ahead).toMatchObject({ status: 409, json: { code: 'edge_ahead' } })
    await shop.say({ cursor: 1_000_000 })
    await admin.query(
      'INSERT INTO session_revocations (tenant_id, session_id, revoked_at) SELECT id, gen_random_uuid(), now() FROM tenants',
    )
    expect(how((await barrier()).json)).toEqual({ [shop.instance]: 'waiting' })
  })
})

describe('a receipt', () => {
  it('verifies without a server, names every edge, and is in the log', async () => {
    const shop = edge('shop')
    await shop.sync()
    await shop.sync()
    const { json } = await barrier()
    const receipt = verifyReceipt(String(json['receipt']), { keys: prepareKeys(trust) })
    expect(receipt).toMatchObject({
      iss: whole.url,
      epoch: json['epoch'],
      cursor: json['cursor'],
      effectiveAt: json['effectiveAt'],
      jti: json['event'],
      edges: [{ instance: shop.instance, how: 'acknowledged', application: 'shop', kind: 'sdk' }],
    })
    const { json: found } = await whole.call('GET', `/api/v1/events/${receipt.jti}`)
    expect(found['event']).toMatchObject({ kind: 'revocation.effective', outcome: 'success' })
    expect(JSON.stringify(found)).toContain(shop.instance)
    const [head, body, signature] = String(json['receipt']).split('.')
    const forged = Buffer.from(JSON.stringify({ ...receipt, edges: [] })).toString('base64url')
    expect(() => verifyReceipt(`${head}.${forged}.${signature}`, { keys: prepareKeys(trust) })).toThrow(/signature/i)
    expect(() => verifyReceipt(`${head}.${body}.${signature}`, { keys: new Map() })).toThrow(/key/)
  })
})

describe('`wait=effective`', () => {
  it('answers the change when it is effective', async () => {
    const shop = edge('shop')
    await shop.sync()
    await shop.sync()
    let answered = false
    const changing = whole
      .call('PUT', '/api/v1/applications/shop/policies/waiting?wait=effective', {
        text: 'permit (principal, action == Action::"head", resource);',
      })
      .finally(() => (answered = true))
    // The poll ends with the change, which is committed while its answer waits.
    await expect.poll(async () => (await shop.say({})).json['bundle']).not.toBeNull()
    expect(answered).toBe(false)
    await shop.sync()
    await shop.sync()
    const { status, headers } = await changing
    expect(status).toBe(201)
    expect(Date.parse(headers.get('holdfast-effective') ?? '')).toBeGreaterThan(0)
  })

  it('is for changes, and says nothing where none was made', async () => {
    expect((await whole.call('DELETE', '/api/v1/applications/shop/policies/waiting?wait=forever')).status).toBe(422)
    const gone = await whole.call('DELETE', '/api/v1/applications/shop/policies/none?wait=effective')
    expect([gone.status, gone.headers.get('holdfast-effective')]).toEqual([404, null])
  })
})

describe('`Holdfast-Min-Epoch`', () => {
  const asking = (wanted: string) =>
    fetch(`${whole.url}/api/v1/people`, {
      headers: { authorization: `Bearer ${whole.token}`, 'holdfast-min-epoch': wanted },
    })

  it('is answered by what is at least so new, and refused otherwise', async () => {
    const epoch = epochOf(await policy('newest'))
    expect((await asking(String(epoch))).status).toBe(200)
    const refused = await asking(String(epoch + 1000))
    expect(refused.status).toBe(503)
    expect(refused.headers.get('retry-after')).toBe('2')
    expect(await refused.json()).toMatchObject({ code: 'epoch_not_reached' })
    for (const wrong of ['', 'x', '-1', '1.5', '9'.repeat(20)]) expect((await asking(wrong)).status).toBe(422)
  })
})

describe('the list of edges', () => {
  it('shows who has a lease, what it holds, and until when', async () => {
    const [shop, gateway] = [edge('shop'), edge('gateway')]
    await shop.sync()
    await shop.sync()
    await gateway.sync()
    await edge('bank').say({ waitSeconds: 0, epoch: 1_000_000 })
    const { json } = await whole.call('GET', '/api/v1/edges')
    expect(json['items']).toEqual([
      expect.objectContaining({ instance: shop.instance, application: 'shop', epoch: shop.held.epoch }),
      expect.objectContaining({ instance: gateway.instance, application: null, epoch: 0 }),
    ])
  })
})
