import { createHmac, timingSafeEqual } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { answers, type HttpReceiver, type ReceivedRequest, startHttpReceiver } from '../testing/http-receiver.ts'
import { never, outgoingEvent } from '../testing/items.ts'
import { DeliveryFailed, type Outgoing, type Transport } from './transport.ts'
import { createWebhook } from './webhook.ts'

let receiver: HttpReceiver
let webhook: Transport
let now = new Date('2026-01-31T12:00:00Z')
const [newer, older] = [32, 24].map((length, n) => `whsec_${Buffer.alloc(length, n + 1).toString('base64')}`)
const until = '2026-02-01T12:00:00.000Z'

beforeEach(async () => {
  now = new Date('2026-01-31T12:00:00Z')
  receiver = await startHttpReceiver()
  webhook = createWebhook({
    sink: { id: '01990000-0000-7000-8000-000000000001', name: 'ops' },
    settings: { url: receiver.url, batch: 20, timeoutSeconds: 5 },
    secrets: {
      signing: [
        { secret: newer ?? '', until: null },
        { secret: older ?? '', until },
      ],
    },
    outbound: { allowPrivate: true },
    version: '1.2.3',
    now: () => now,
  })
})
afterEach(async () => {
  await webhook.close()
  await receiver.close()
})

/** A receiver's check, written after the specification Standard Webhooks 1.0 and nothing of ours. */
function verify({ headers, body }: ReceivedRequest, secret: string, at: Date): boolean {
  const id = String(headers['webhook-id'])
  const timestamp = String(headers['webhook-timestamp'])
  if (id.includes('.') || Math.abs(Number(timestamp) - at.getTime() / 1000) > 300) return false
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest()
  return String(headers['webhook-signature'])
    .split(' ')
    .some((versioned) => {
      const [version, signature = ''] = versioned.split(',')
      const given = Buffer.from(signature, 'base64')
      return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected)
    })
}

const last = (): ReceivedRequest => {
  const found = receiver.received.at(-1)
  if (found === undefined) throw new Error('nothing was received')
  return found
}

describe('a signed message', () => {
  const batch: Outgoing[] = [outgoingEvent(7), { is: 'gap', from: 8, to: 11, count: 3, time: now }, outgoingEvent(12)]

  test('holds each event with its place and its id, and says what is missing', async () => {
    expect(await webhook.send(batch, never)).toEqual({ refused: 0 })
    expect(last().headers['content-type']).toBe('application/json')
    expect(JSON.parse(last().body.toString())).toEqual({
      type: 'log.events',
      timestamp: '2026-01-31T12:00:12.000Z',
      data: {
        sink: 'ops',
        events: [7, 12].map((seq) => {
          const { id, kind, document } = outgoingEvent(seq)
          return { seq, id, kind, event: document }
        }),
        gaps: [{ from: 8, to: 11, count: 3 }],
      },
    })
  })

  test('is signed with both secrets until the old one ends, and then with the new one', async () => {
    await webhook.send(batch, never)
    expect(verify(last(), newer ?? '', now)).toBe(true)
    expect(verify(last(), older ?? '', now)).toBe(true)
    now = new Date(until)
    await webhook.send(batch, never)
    expect(verify(last(), newer ?? '', now)).toBe(true)
    expect(verify(last(), older ?? '', now)).toBe(false)
    expect(String(last().headers['webhook-signature']).split(' ')).toHaveLength(1)
  })

  test('that was changed on the way, or is of another secret, or is old, does not verify', async () => {
    await webhook.send(batch, never)
    const taken = last()
    const changed = Buffer.from(taken.body.toString().replace('"seq":7', '"seq":9'))
    expect(verify({ ...taken, body: changed }, newer ?? '', now)).toBe(false)
    expect(verify(taken, `whsec_${Buffer.alloc(32, 9).toString('base64')}`, now)).toBe(false)
    expect(verify({ ...taken, headers: { ...taken.headers, 'webhook-id': 'other' } }, newer ?? '', now)).toBe(false)
    expect(verify(taken, newer ?? '', new Date(now.getTime() + 301_000))).toBe(false)
  })

  test('that is sent again is the same message with the same id, signed anew', async () => {
    await webhook.send(batch, never)
    now = new Date('2026-01-31T13:00:00Z')
    await webhook.send(batch, never)
    const [first, second] = receiver.received
    expect(second?.body).toEqual(first?.body)
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
    expect(second?.headers['webhook-id']).toBe('log_01990000-0000-7000-8000-000000000001_7_12')
    expect(verify(last(), newer ?? '', now)).toBe(true)
  })

  test('the test message is one of its own type', async () => {
    await webhook.send([{ is: 'test', id: 'abc', time: now }], never)
    expect(JSON.parse(last().body.toString())).toMatchObject({ type: 'log.test', data: { sink: 'ops', id: 'abc' } })
    expect(verify(last(), newer ?? '', now)).toBe(true)
  })
})

describe('what a receiver may answer', () => {
  const fails = async (status: number, headers: Record<string, string> = {}) => {
    receiver.behave(answers(status, headers))
    const error: unknown = await webhook.send([outgoingEvent(1)], never).catch((cause: unknown) => cause)
    expect(error).toBeInstanceOf(DeliveryFailed)
    return error as DeliveryFailed
  }

  test.each([200, 201, 202, 204])('%i is an acknowledgement', async (status) => {
    receiver.behave(answers(status))
    expect(await webhook.send([outgoingEvent(1)], never)).toEqual({ refused: 0 })
  })

  test.each([301, 307, 401, 403, 404, 500, 502, 503])('%i is a failure that is tried again', async (status) => {
    const { facts } = await fails(status)
    expect([facts.retryAfterSeconds, facts.tooMuch ?? false, facts.gone ?? false]).toEqual([undefined, false, false])
  })

  test('410 means never again', async () => {
    expect((await fails(410)).facts).toEqual({ gone: true })
  })

  test('413 asks for less, and 429 for patience, an hour at most', async () => {
    expect((await fails(413)).facts.tooMuch).toBe(true)
    expect((await fails(429, { 'retry-after': '120' })).facts.retryAfterSeconds).toBe(120)
    expect((await fails(503, { 'retry-after': '999999999' })).facts.retryAfterSeconds).toBe(3600)
    expect((await fails(503, { 'retry-after': 'Wed, 21 Oct 2099 07:28:00 GMT' })).facts.retryAfterSeconds).toBe(
      undefined,
    )
    expect((await fails(503, { 'retry-after': '-5' })).facts.retryAfterSeconds).toBe(undefined)
  })

  test('nothing of what it writes is in the message that operators see', async () => {
    receiver.behave(answers(500, { 'x-secret': 'inside-header' }, 'inside-body'))
    const error: unknown = await webhook.send([outgoingEvent(1)], never).catch((cause: unknown) => cause)
    expect(String(error)).toBe('DeliveryFailed: it answered 500')
  })
})
