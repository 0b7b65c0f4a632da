import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  decodeJson,
  decodeProtobuf,
  encodeResponseJson,
  encodeResponseProtobuf,
  type OtlpGroup,
} from '../../otlp/index.ts'
import { answers, type HttpReceiver, startHttpReceiver } from '../testing/http-receiver.ts'
import { never, outgoingEvent } from '../testing/items.ts'
import { createOtlp } from './otlp.ts'
import type { Outgoing, Transport } from './transport.ts'

let receiver: HttpReceiver
let otlp: Transport | undefined

beforeEach(async () => {
  receiver = await startHttpReceiver()
})
afterEach(async () => {
  await otlp?.close()
  await receiver.close()
})

type Form = { encoding: 'protobuf' | 'json'; compression: 'gzip' | 'none' }
const forms: Form[] = (['protobuf', 'json'] as const).flatMap((encoding) =>
  (['gzip', 'none'] as const).map((compression) => ({ encoding, compression })),
)

const send = (batch: readonly Outgoing[], form: Form = { encoding: 'protobuf', compression: 'none' }) => {
  otlp = createOtlp({
    settings: { url: receiver.url, timeoutSeconds: 5, ...form },
    secrets: { headers: { 'x-api-key': 'secret' } },
    outbound: { allowPrivate: true },
    version: '1.2.3',
  })
  return otlp.send(batch, never)
}

function readGroups(form: Form): OtlpGroup[] {
  const { body = Buffer.alloc(0) } = receiver.received.at(-1) ?? {}
  const plain = form.compression === 'gzip' ? gunzipSync(body) : body
  return form.encoding === 'json' ? decodeJson(JSON.parse(plain.toString())) : decodeProtobuf(plain)
}

describe.each(forms)('an export in $encoding with compression $compression', (form) => {
  test('says what the event is, where it stands in the log, and holds it whole', async () => {
    const traced = outgoingEvent(7, { severity: 4, requestId: '5b8efff798038103d269b633813fc60c', outcome: 'refused' })
    const gap: Outgoing = { is: 'gap', from: 8, to: 10, count: 3, time: traced.time }
    expect(await send([traced, gap], form)).toEqual({ refused: 0 })
    expect(receiver.received[0]?.headers).toMatchObject({
      'x-api-key': 'secret',
      'content-type': form.encoding === 'json' ? 'application/json' : 'application/x-protobuf',
    })
    const [group] = readGroups(form)
    expect({ ...group?.resource }).toEqual({ 'service.name': 'holdfast', 'service.version': '1.2.3' })
    const [record, missing] = group?.records ?? []
    expect(record).toMatchObject({
      time: BigInt(traced.time.getTime()) * 1_000_000n,
      severityNumber: 17,
      severityText: 'ERROR',
      eventName: 'thing.done',
      traceId: '5b8efff798038103d269b633813fc60c',
      body: traced.document,
    })
    expect({ ...record?.attributes }).toEqual({
      'log.record.uid': traced.id,
      'holdfast.seq': 7,
      'holdfast.kind': 'thing.done',
      'holdfast.outcome': 'refused',
      'holdfast.request_id': '5b8efff798038103d269b633813fc60c',
      'ocsf.class_uid': 6003,
    })
    expect(missing).toMatchObject({ eventName: 'holdfast.gap', severityNumber: 13 })
    expect({ ...missing?.attributes }).toEqual({ 'holdfast.seq.from': 8, 'holdfast.seq.to': 10, 'holdfast.count': 3 })
  })
})

describe('what a collector may answer', () => {
  const two = [outgoingEvent(1), outgoingEvent(2)]
  const protobuf = { 'content-type': 'application/x-protobuf' }

  test('a partial success is counted, in either encoding, and not believed beyond what was sent', async () => {
    receiver.behave(answers(200, protobuf, Buffer.from(encodeResponseProtobuf(1, 'no'))))
    expect(await send(two)).toEqual({ refused: 1 })
    receiver.behave(answers(200, { 'content-type': 'application/json' }, JSON.stringify(encodeResponseJson(2, 'no'))))
    expect(await send(two)).toEqual({ refused: 2 })
    receiver.behave(answers(200, protobuf, Buffer.from(encodeResponseProtobuf(5000, 'no'))))
    expect(await send(two)).toEqual({ refused: 2 })
    // a message without a count is a warning
    receiver.behave(answers(200, protobuf, Buffer.from(encodeResponseProtobuf(0, 'careful'))))
    expect(await send(two)).toEqual({ refused: 0 })
  })

  test('a page of somebody else that says 200 is no acknowledgement', async () => {
    receiver.behave(answers(200, { 'content-type': 'text/html' }, '<!doctype html><title>Sign in</title>'))
    await expect(send(two)).rejects.toThrow('not as OTLP does')
    receiver.behave(answers(200, { 'content-type': 'application/json' }, '{"partialSuccess":'))
    await expect(send(two)).rejects.toThrow('not as OTLP does')
  })

  test.each([202, 302, 400, 404, 429, 502, 503])('%i is no acknowledgement either', async (status) => {
    receiver.behave(answers(status))
    await expect(send(two)).rejects.toThrow(String(status))
  })
})
