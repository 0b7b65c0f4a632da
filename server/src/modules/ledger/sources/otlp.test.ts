import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { encodeProtobuf, type OtlpGroup, type OtlpRecord } from '../otlp/index.ts'
import { recordedExports } from '../otlp/testing/recorded.ts'
import { shopService, startTaking, type Taking } from './testing/taking.ts'

let taking: Taking

beforeEach(async () => {
  taking = await startTaking(inject('postgresUrl'))
})
afterEach(() => taking.close())

const protobuf = 'application/x-protobuf'
const send = (body: unknown, headers: Record<string, string> = {}, secret?: string) =>
  taking.post('/otlp/v1/logs', body, { headers, ...(secret !== undefined && { secret }) })

function record(more: Partial<OtlpRecord> = {}): OtlpRecord {
  const time = BigInt(Date.now()) * 1_000_000n
  const said = { severityNumber: 9, severityText: 'INFO', body: 'done', attributes: {}, eventName: '' }
  return { time, observed: time, traceId: '', spanId: '', ...said, ...more }
}
const group = (...records: OtlpRecord[]): OtlpGroup => ({
  resource: { 'service.name': 'billing' },
  scope: { name: 'audit', version: '1' },
  records,
})
const sendRecords = (...records: OtlpRecord[]) =>
  send(encodeProtobuf([group(...records)]), { 'content-type': protobuf })

describe('what real exporters send is taken', () => {
  for (const { name, headers, body } of recordedExports()) {
    test(name, async () => {
      const response = await send(body, { ...headers })
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toBe(headers['content-type'])
      const answer = Buffer.from(await response.arrayBuffer())
      expect(answer.toString()).toBe(name.startsWith('json') ? '{}' : '')
      const stored = await taking.stored()
      const refused = stored.find(({ view }) => view.kind === 'invoice.refused')
      expect(refused?.view).toMatchObject({
        outcome: 'refused',
        application: 'shop',
        actor: { type: 'User', id: 'u-77' },
        resource: { type: 'Invoice', id: 'inv-1' },
        source: { address: '203.0.113.9' },
        requestId: '5b8efff798038103d269b633813fc60c',
        data: {
          reportedBy: shopService,
          body: { message: 'The invoice was refused', amount: 12.5 },
          attributes: { retries: 3, ratio: 0.25, ok: true, tags: ['a', 'b'] },
          resource: { 'service.name': 'billing', 'service.version': '2.4.1' },
          scope: 'billing-audit',
          severity: 'WARN',
        },
      })
      expect(refused?.document.severity_id).toBe(3)
      const line = stored.find(({ view }) => view.kind === 'log.recorded')
      expect(line?.view.outcome).toBe('success')
      // Secrets are scrubbed before an event is stored, from wherever it comes.
      expect(JSON.stringify(line?.view.data)).not.toContain('hunter2')
      expect(JSON.stringify(line?.view.data)).toContain('日本')
      // Sent again, because no answer came, it is recorded once.
      expect((await send(body, { ...headers })).status).toBe(200)
      expect(await taking.stored()).toHaveLength(2)
    })
  }
})

describe('a log record', () => {
  test('that is an error failed, and its severity is that of the event', async () => {
    await sendRecords(
      record({ severityNumber: 17, eventName: 'Payment/Failed' }),
      record({ severityNumber: 21, eventName: 'a.b' }),
      record({ severityNumber: 0, eventName: 'a.c' }),
    )
    const stored = await taking.stored()
    const of = (kind: string) => stored.find(({ view }) => view.kind === kind)
    expect([of('payment.failed')?.view.outcome, of('payment.failed')?.document.severity_id]).toEqual(['failure', 4])
    expect([of('a.b')?.document.severity_id, of('a.b')?.document.severity]).toEqual([5, 'Critical'])
    expect(of('a.c')?.view.outcome).toBe('success')
    expect(of('payment.failed')?.view.data['eventName']).toBe('Payment/Failed')
  })

  test('twice alike in one request is two events; with an id of its own it is one', async () => {
    const twice = record({ eventName: 'a.b' })
    await sendRecords(twice, twice)
    expect(await taking.stored()).toHaveLength(2)
    const time = Date.now().toString(16).padStart(12, '0')
    const uid = `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000001`
    const named = record({ eventName: 'a.c', attributes: { 'log.record.uid': uid } })
    await sendRecords(named, named)
    const stored = await taking.stored()
    expect(stored).toHaveLength(3)
    expect(stored.some(({ id }) => id === uid)).toBe(true)
  })

  test('cannot be one of ours, nor of another application: that is a partial success', async () => {
    const foreign = record({ attributes: { 'holdfast.application': 'bank' } })
    const own = record({ eventName: 'session.started', attributes: { 'holdfast.application': 'shop' } })
    const response = await sendRecords(foreign, own, foreign)
    expect(response.status).toBe(200)
    const answer = Buffer.from(await response.arrayBuffer())
    // partial_success { rejected_log_records: 2, error_message: ... }
    expect(answer.subarray(2, 4).toString('hex')).toBe('0802')
    expect(answer.toString()).toContain('2 log records name another application')
    expect((await taking.stored()).map(({ view }) => view.kind)).toEqual(['reported.session.started'])
  })

  test('with what no event may hold is cleaned, and not lost', async () => {
    const odd = { 'a\0b': 'c\0d', half: '\ud800', none: Number.NaN, list: [Number.POSITIVE_INFINITY, '\0'] }
    expect((await sendRecords(record({ body: 'x\0y', attributes: odd, eventName: '\0' }))).status).toBe(200)
    const [stored] = await taking.stored()
    expect(stored?.view.data).toMatchObject({ body: 'x\ufffdy' })
    expect(Object.keys(stored?.view.data['attributes'] as object)).toContain('a\ufffdb')
  })

  test('of a time that cannot be is kept under ours', async () => {
    await sendRecords(
      record({ time: 1n, observed: 0n }),
      record({ time: 2n ** 64n - 1n }),
      record({ time: 0n, observed: 0n }),
    )
    const stored = await taking.stored()
    expect(stored).toHaveLength(3)
    for (const { view } of stored) expect(Math.abs(Date.parse(view.time) - Date.now())).toBeLessThan(600_000)
  })

  test('of many, each is recorded', async () => {
    const many = Array.from({ length: 1001 }, (_, n) => record({ eventName: 'a.b', attributes: { n } }))
    expect((await sendRecords(...many)).status).toBe(200)
    const { rows } = await taking.fixture.admin.query('SELECT count(*)::int AS count FROM events')
    expect(rows).toEqual([{ count: 1001 }])
  })
})

describe('what cannot be taken is refused in the form of the protocol', () => {
  test.each([
    ['garbage', Buffer.from('garbage'), { 'content-type': protobuf }, 400],
    [
      'half a request',
      Buffer.from(encodeProtobuf([group(record())])).subarray(0, 20),
      { 'content-type': protobuf },
      400,
    ],
    ['a body that is no gzip', Buffer.from('plain'), { 'content-type': protobuf, 'content-encoding': 'gzip' }, 400],
    ['another compression', Buffer.from(''), { 'content-type': protobuf, 'content-encoding': 'zstd' }, 415],
    ['another type', Buffer.from(''), { 'content-type': 'text/plain' }, 415],
  ])('%s', async (_, body, headers, status) => {
    const response = await send(body, headers)
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toBe(protobuf)
    // google.rpc.Status { code: INVALID_ARGUMENT, message }
    expect(
      Buffer.from(await response.arrayBuffer())
        .subarray(0, 3)
        .toString('hex'),
    ).toBe('080312')
    expect(await taking.stored()).toHaveLength(0)
  })

  test('JSON is answered in JSON', async () => {
    for (const body of [Buffer.from('{'), Buffer.from('[]'), Buffer.from('{"resourceLogs":7}')]) {
      const response = await send(body)
      expect([response.status, response.headers.get('content-type')]).toEqual([400, 'application/json'])
      expect(await response.json()).toEqual({ code: 3, message: expect.stringContaining('otlp_malformed') })
    }
  })

  test('a credential that does not hold, or nobody', async () => {
    const response = await send({}, {}, 'unknown')
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ code: 16 })
  })

  test('kilobytes that would become gigabytes end where the limit is', async () => {
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024))
    expect(bomb.byteLength).toBeLessThan(300 * 1024)
    const before = process.memoryUsage().rss
    const response = await send(bomb, { 'content-type': protobuf, 'content-encoding': 'gzip' })
    expect(response.status).toBe(413)
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024)
    expect((await send(Buffer.alloc(5 * 1024 * 1024), { 'content-type': protobuf })).status).toBe(413)
  })

  test('whom the policies do not permit records nothing', async () => {
    const refusing = await startTaking(inject('postgresUrl'), false)
    const response = await refusing.post('/otlp/v1/logs', {})
    expect([response.status, response.headers.get('content-type')]).toEqual([403, 'application/json'])
    expect(await response.json()).toMatchObject({ code: 7, message: expect.stringContaining('Application shop') })
    await refusing.close()
  })
})
