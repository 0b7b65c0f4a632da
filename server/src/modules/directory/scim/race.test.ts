import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Installation, installation, type OwnProcess } from '../../../testing/own-process.ts'
import { quickSignIn } from '../../../testing/visitor.ts'
import { addGroup, addUser, patchOf, scimClient, type ScimClient } from './testing/client.ts'

/* Provisioning services send much at once, and a load balancer spreads it: two replicas over one database. */
let own: Installation
let clients: readonly ScimClient[]

beforeAll(async () => {
  own = await installation(inject('postgresUrl'), 'here')
  const one = await own.start(quickSignIn)
  const two = await own.start(quickSignIn)
  const made = await one.call('POST', '/api/v1/scim/connections', { name: 'Directory' })
  expect(made.status).toBe(201)
  const { id } = made.json['connection'] as { id: string }
  clients = [one, two].map(({ url }: OwnProcess) => scimClient(url, { id, key: made.json['key'] as string }))
})
afterAll(() => own.close())

const at = (turn: number): ScimClient => clients[turn % clients.length] as ScimClient
const together = <T>(times: number, run: (turn: number) => Promise<T>) =>
  Promise.all(Array.from({ length: times }, (_, turn) => run(turn)))
const members = async (group: string) =>
  ((await at(0).send('GET', `/Groups/${group}`)).json['members'] as { value: string }[]).map(({ value }) => value)

describe('at once, over two replicas', () => {
  it('changes of one group lose no member; a client that reads, adds and writes back does, unless it says If-Match', async () => {
    const people = await together(16, (turn) => addUser(at(turn), `m${turn}@x.example`))
    const patched = await addGroup(at(0), 'Patched')
    const statuses = await together(16, async (turn) => {
      const add = patchOf({ op: 'add', path: 'members', value: [{ value: people[turn] }] })
      return (await at(turn).send('PATCH', `/Groups/${patched}`, add)).status
    })
    expect(new Set(statuses)).toEqual(new Set([204]))
    expect(await members(patched)).toEqual(people.toSorted())

    const write = async (group: string, guarded: boolean) => {
      const seen = await together(16, (turn) => at(turn).send('GET', `/Groups/${group}`))
      return together(16, async (turn) => {
        const { json, headers } = seen[turn] as Awaited<ReturnType<ScimClient['send']>>
        const wanted = [...(json['members'] as object[]), { value: people[turn] }]
        const ifMatch = { 'if-match': headers.get('etag') ?? '' }
        return (await at(turn).send('PUT', `/Groups/${group}`, { ...json, members: wanted }, guarded ? ifMatch : {}))
          .status
      })
    }
    const careless = await addGroup(at(0), 'Careless')
    expect(new Set(await write(careless, false))).toEqual(new Set([200]))
    expect(await members(careless)).toHaveLength(1)
    const guarded = await addGroup(at(0), 'Guarded')
    expect((await write(guarded, true)).toSorted((a, b) => a - b)).toEqual([
      200,
      ...Array.from({ length: 15 }, () => 412),
    ])
  })

  it('of many users of one name, and many groups of one name, there is one', async () => {
    const users = await together(16, (turn) =>
      at(turn).send('POST', '/Users', { userName: turn % 3 === 0 ? 'SAME@x.example' : 'same@x.example' }),
    )
    expect(users.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      201,
      ...Array.from({ length: 15 }, () => 409),
    ])
    const groups = await together(16, (turn) => at(turn).send('POST', '/Groups', { displayName: 'Same' }))
    expect(groups.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      201,
      ...Array.from({ length: 15 }, () => 409),
    ])
    const moving = await together(8, (turn) => addUser(at(turn), `n${turn}@x.example`))
    const moved = await together(8, (turn) =>
      at(turn).send(
        'PATCH',
        `/Users/${moving[turn]}`,
        patchOf({ op: 'replace', value: { userName: 'taken@x.example', externalId: 'x' } }),
      ),
    )
    expect(moved.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      200,
      ...Array.from({ length: 7 }, () => 409),
    ])
  })

  it('changes of one user are made one after the other: none is lost', async () => {
    const id = await addUser(at(0), 'many@x.example')
    const statuses = await together(16, async (turn) => {
      const add = patchOf({ op: 'add', path: 'emails', value: [{ value: `e${turn}@x.example`, type: 'other' }] })
      return (await at(turn).send('PATCH', `/Users/${id}`, add)).status
    })
    expect(new Set(statuses)).toEqual(new Set([200]))
    expect((await at(0).send('GET', `/Users/${id}`)).json['emails']).toHaveLength(16)
  })
})
