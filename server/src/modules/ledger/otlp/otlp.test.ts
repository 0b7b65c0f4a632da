import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { decodeJson } from './decode-json.ts'
import { decodeProtobuf } from './decode-protobuf.ts'
import { encodeResponseJson } from './encode-json.ts'
import { encodeResponseProtobuf, encodeStatusProtobuf } from './encode-protobuf.ts'
import { recordedExports } from './testing/recorded.ts'

describe('what real exporters send is read', () => {
  const requests = recordedExports()

  test('four requests were recorded: both encodings, each plain and compressed', () => {
    expect(requests.map(({ name }) => name)).toEqual(['protobuf', 'protobuf gzip', 'json', 'json gzip'])
  })

  for (const { name, headers, body } of recordedExports()) {
    test(name, () => {
      const plain = headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
      const groups = name.startsWith('json') ? decodeJson(JSON.parse(plain.toString())) : decodeProtobuf(plain)
      expect(groups).toHaveLength(1)
      const { resource, scope, records } = groups[0] ?? { records: [] }
      expect({ ...resource }).toEqual({
        'service.name': 'billing',
        'service.version': '2.4.1',
        'deployment.environment.name': 'test',
      })
      expect(scope).toEqual({ name: 'billing-audit', version: '1.0.0' })
      expect(records).toHaveLength(2)
      expect(plainly(records[0])).toEqual({
        time: 1795300000123456789n,
        observed: expect.any(BigInt),
        severityNumber: 13,
        severityText: 'WARN',
        body: {
          message: 'The invoice was refused',
          amount: 12.5,
          lines: [1, 2, { sku: 'a-1' }],
          raw: 'AQL/',
          none: null,
        },
        attributes: {
          'holdfast.outcome': 'refused',
          'holdfast.resource.type': 'Invoice',
          'holdfast.resource.id': 'inv-1',
          'user.id': 'u-77',
          'client.address': '203.0.113.9',
          retries: 3,
          ratio: 0.25,
          ok: true,
          tags: ['a', 'b'],
        },
        traceId: '5b8efff798038103d269b633813fc60c',
        spanId: 'eee19b7ec3c1b174',
        eventName: 'invoice.refused',
      })
      expect(records[1]).toMatchObject({
        body: 'plain line with password=hunter2 and 日本',
        traceId: '',
        eventName: '',
      })
    })
  }
})

describe('answers', () => {
  test('nothing rejected is an empty message', () => {
    expect(encodeResponseProtobuf(0, '')).toHaveLength(0)
    expect(encodeResponseJson(0, '')).toEqual({})
  })

  test('a partial success names how many and why', () => {
    // field 1 (partial_success), 8 bytes: field 1 varint 300, field 2 "why"
    expect(Buffer.from(encodeResponseProtobuf(300, 'why')).toString('hex')).toBe('0a0808ac021203776879')
    expect(encodeResponseJson(300, 'why')).toEqual({
      partialSuccess: { rejectedLogRecords: '300', errorMessage: 'why' },
    })
  })

  test('a refusal is a google.rpc.Status', () => {
    expect(Buffer.from(encodeStatusProtobuf(3, 'no')).toString('hex')).toBe('080312026e6f')
  })
})

/** Objects without a prototype compare as what they hold. */
function plainly(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainly)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainly(item)]))
}
