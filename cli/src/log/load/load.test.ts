import { bareEventsOf, MemoryLog } from '@holdfast/merkle/testing'
import { encodeEntry, type PackedEvent } from '@holdfast/merkle'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { logServer, type LogServer } from '../../testing/log-server.ts'
import { holdfast, type Asked, type Told } from '../../testing/run.ts'
import { LoadLedger } from './ledger.ts'

let server: LogServer
let events: PackedEvent[]
beforeEach(async () => {
  events = bareEventsOf(300)
  server = await logServer(new MemoryLog(events))
})
afterEach(() => server.close())

const idOf = (number: number) => `01930000-0000-7000-9000-${String(number).padStart(12, '0')}`

/** Records what is posted. @param kept which events get into the log, and how often */
function recording(kept: (number: number) => number = () => 1): (asked: Asked) => Told | undefined {
  let made = 0
  return ({ method, body }) => {
    if (method !== 'POST') return undefined
    const ids = (body as { events: [] }).events.map(() => {
      const number = made++
      const entry = encodeEntry({ id: idOf(number), time: number, commitment: Buffer.alloc(32) })
      for (let times = kept(number); times > 0; times--) events.push({ seq: events.length + 1, entry, opening: null })
      return { id: idOf(number), kind: 'load.test' }
    })
    server.log = new MemoryLog([...events])
    return { body: { accepted: ids.length, events: ids } }
  }
}

async function load(...options: string[]) {
  const words = ['log', 'load', '--seconds', '1', '--rate', '60', '--batch', '10', '--concurrency', '2', '--json']
  const { code, out, error } = await holdfast([...words, ...options, '--url', server.url])
  return { code, error, ...(JSON.parse(out) as { stages: { stage: string; events: number }[]; refused: object }) }
}

describe('log load', () => {
  it('says of every event how far it got', async () => {
    server.instead = recording()
    const { code, stages, refused } = await load('--application', 'shop')
    expect(code).toBe(0)
    expect(stages.map(({ stage, events }) => [stage, events])).toEqual([
      ['acknowledged', 60],
      ['sequenced', 60],
      ['proven', 60],
    ])
    expect(refused).toEqual({})
    const [post] = server.asked.filter(({ method }) => method === 'POST')
    expect(post?.body).toMatchObject({
      events: [{ kind: 'load.test', application: 'shop' }, {}, {}, {}, {}, {}, {}, {}, {}, {}],
    })
  })

  it('ends with 1 when an acknowledged event is not in the log, or is there twice', async () => {
    server.instead = recording((number) => (number === 17 ? 0 : 1))
    const lost = await load('--patience', '1')
    expect([lost.code, lost.error.includes('(events_lost)'), lost.error.includes(idOf(17))]).toEqual([1, true, true])
    events = bareEventsOf(300)
    server.log = new MemoryLog(events)
    server.instead = recording((number) => (number === 17 ? 2 : 1))
    const twice = await load()
    expect([twice.code, twice.error.includes('(events_twice)'), twice.error.includes(idOf(17))]).toEqual([
      1,
      true,
      true,
    ])
  })

  it('ends with 1 when the log that it writes to is not whole', async () => {
    const record = recording()
    server.instead = (asked) =>
      record(asked) ?? (asked.path.includes('/tile/0/') ? { type: 'x/y', body: Buffer.alloc(8192) } : undefined)
    const words = ['log', 'load', '--seconds', '1', '--rate', '60', '--url', server.url]
    expect(await holdfast(words)).toMatchObject({ code: 1, error: expect.stringContaining('(log_tree)') })
  })

  it('counts what was not acknowledged by its reason, and goes on', async () => {
    const record = recording()
    let asked = 0
    server.instead = (each) => {
      if (each.method !== 'POST' || ++asked % 3 !== 0) return record(each)
      const problem = { type: 'x', title: 'x', status: 503, code: 'storage_full', detail: 'Nothing can be written.' }
      return { status: 503, type: 'application/problem+json', body: problem }
    }
    const { code, stages, refused } = await load()
    expect({ code, refused }).toEqual({ code: 0, refused: { storage_full: 20 } })
    expect(stages.map(({ events }) => events)).toEqual([40, 40, 40])
  })

  it('is no success when nothing was acknowledged', async () => {
    server.instead = ({ method }) => (method === 'POST' ? { status: 500, type: 'text/plain', body: 'no' } : undefined)
    const { code, error } = await load()
    expect([code, error.includes('(nothing_acknowledged)')]).toEqual([1, true])
  })

  it.each([
    ['--rate', '0'],
    ['--batch', '101'],
    ['--seconds', 'x'],
    ['--concurrency', '-1'],
  ])('does not take %s %s', async (...words) => {
    expect((await holdfast(['log', 'load', ...words, '--url', server.url])).code).toBe(2)
  })
})

it('an event that is seen in the log before its acknowledgement has come counts all the same', () => {
  const ledger = new LoadLedger()
  ledger.seen('a', 'sequenced', 5)
  ledger.acknowledge(['a', 'b'], 0, 7)
  ledger.seen('a', 'proven', 20)
  expect([ledger.count('acknowledged'), ledger.count('sequenced'), ledger.count('proven'), ledger.open]).toEqual([
    2, 1, 1, 1,
  ])
  expect(ledger.latencies('proven')).toEqual({ p50: 20, p95: 20, p99: 20, max: 20 })
  expect(ledger.latencies('sequenced')).toMatchObject({ p50: 5 })
  expect(ledger.lost).toEqual(['b'])
  expect(new LoadLedger().latencies('proven')).toBeNull()
})
