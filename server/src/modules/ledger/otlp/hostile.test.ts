import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeJson } from './decode-json.ts'
import { decodeProtobuf } from './decode-protobuf.ts'
import { encodeJson } from './encode-json.ts'
import { encodeProtobuf } from './encode-protobuf.ts'
import { attributesOf, type OtlpGroup, OtlpMalformed, type OtlpRecord } from './model.ts'
import { recordedExports } from './testing/recorded.ts'

const text = fc.string({ unit: 'grapheme', maxLength: 20 })
const hex = (digits: number) =>
  fc.option(
    fc.bigInt({ min: 1n, max: 2n ** BigInt(digits * 4) - 1n }).map((n) => n.toString(16).padStart(digits, '0')),
    { nil: '' },
  )
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text,
    fc.boolean(),
    fc.maxSafeInteger().map((n) => n + 0),
    fc.double({ noNaN: true }).filter((n) => !Number.isInteger(n)),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(text, tie('value')), { maxLength: 4 }).map(attributesOf),
  ),
}))
const attributes = fc
  .array(fc.tuple(fc.oneof(text, fc.constant('__proto__')), value), { maxLength: 5 })
  .map(attributesOf)
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
const record: fc.Arbitrary<OtlpRecord> = fc.record({
  time: uint64,
  observed: uint64,
  severityNumber: fc.integer({ min: 0, max: 24 }),
  severityText: text,
  body: value,
  attributes,
  traceId: hex(32),
  spanId: hex(16),
  eventName: text,
})
const groups: fc.Arbitrary<OtlpGroup[]> = fc.array(
  fc.record({
    resource: attributes,
    scope: fc.record({ name: text, version: text }),
    records: fc.array(record, { maxLength: 3 }),
  }),
  { maxLength: 3 },
)

describe('both encodings say the same', () => {
  test('what was written is what is read', () => {
    fc.assert(
      fc.property(groups, (given) => {
        expect(decodeProtobuf(encodeProtobuf(given))).toEqual(given)
        expect(decodeJson(JSON.parse(JSON.stringify(encodeJson(given))))).toEqual(given)
      }),
    )
  })

  test('integers keep all of their 64 bits, as text where a double has not room for them', () => {
    const any = (int: string) => ({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { intValue: int } }] }] }] })
    const bodyOf = ([group]: OtlpGroup[]) => group?.records[0]?.body
    expect(bodyOf(decodeJson(any('-9223372036854775808')))).toBe('-9223372036854775808')
    expect(bodyOf(decodeJson(any('-5')))).toBe(-5)
    // resource_logs { scope_logs { log_records { body { int_value: -1 } } } }
    const negative = Buffer.from('0a11120f120d2a0b18ffffffffffffffffff01', 'hex')
    expect(bodyOf(decodeProtobuf(negative))).toBe(-1)
  })
})

describe('nothing that is sent breaks the reader', () => {
  const sample = recordedExports()[0]?.body ?? Buffer.alloc(0)

  test('any bytes are read or refused', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), survives))
  })

  test('a real request with bytes changed is read or refused', () => {
    const change = fc.array(fc.tuple(fc.nat(sample.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(change, (changes) => {
        const input = Uint8Array.from(sample)
        for (const [at, byte] of changes) input[at] = byte
        survives(input)
      }),
    )
  })

  test('a real request that is cut is refused wherever it is cut', () => {
    for (let length = 1; length < sample.length; length += 1) {
      expect(() => decodeProtobuf(sample.subarray(0, length)), `cut at ${length}`).toThrow(OtlpMalformed)
    }
  })

  test('lengths that point past their message are refused, though bytes follow', () => {
    // resource_logs of 2 bytes that hold a scope_logs of 4
    expect(() => decodeProtobuf(Buffer.from('0a02120412020a00', 'hex'))).toThrow(OtlpMalformed)
    // a length of 2^32 - 1, and one of more than 32 bits
    expect(() => decodeProtobuf(Buffer.from('0affffffff0f', 'hex'))).toThrow('too early')
    expect(() => decodeProtobuf(Buffer.from('0affffffff7f', 'hex'))).toThrow('longer than 32 bits')
  })

  test('fields of another type, groups, and the field 0 are refused', () => {
    expect(() => decodeProtobuf(Buffer.from('0801', 'hex'))).toThrow('another type')
    expect(() => decodeProtobuf(Buffer.from('0b0c', 'hex'))).toThrow(OtlpMalformed)
    expect(() => decodeProtobuf(Buffer.from('0200', 'hex'))).toThrow('number 0')
  })

  test('unknown fields are skipped, whatever their type', () => {
    // fields 15: varint, fixed64, delimited, fixed32
    const unknown = Buffer.from('78ff017901020304050607087a03abcdef7d01020304', 'hex')
    expect(decodeProtobuf(Buffer.concat([unknown, sample]))).toEqual(decodeProtobuf(sample))
  })

  test('a few bytes do not become many objects', () => {
    const repeated = (inner: Buffer, times: number) => Buffer.concat(Array.from({ length: times }, () => inner))
    const wrap = (field: number, inner: Buffer): Buffer => {
      const length: number[] = []
      for (let rest = inner.length; ; rest >>>= 7) {
        length.push(rest > 0x7f ? (rest & 0x7f) | 0x80 : rest)
        if (rest <= 0x7f) break
      }
      return Buffer.concat([Buffer.from([(field << 3) | 2, ...length]), inner])
    }
    const records = wrap(1, wrap(2, repeated(Buffer.from('1200', 'hex'), 10_001)))
    expect(() => decodeProtobuf(records)).toThrow('more than 10000 log records')
    const pairs = wrap(1, wrap(1, repeated(Buffer.from('0a00', 'hex'), 400_001)))
    expect(() => decodeProtobuf(pairs)).toThrow('more than 400000 values')
    const scopes = wrap(1, repeated(Buffer.from('1200', 'hex'), 400_001))
    expect(() => decodeProtobuf(scopes)).toThrow('more than 400000 values')
    let deep: Buffer = Buffer.from('0a00', 'hex')
    for (let level = 0; level < 1000; level += 1) deep = wrap(5, wrap(1, deep))
    expect(() => decodeProtobuf(wrap(1, wrap(2, wrap(2, wrap(5, deep)))))).toThrow('nested deeper')
  })

  test('any JSON is read or refused', () => {
    const names = fc.constantFrom(
      ...(
        'resourceLogs scopeLogs logRecords body attributes key value kvlistValue values stringValue intValue ' +
        'arrayValue timeUnixNano severityNumber traceId resource scope'
      ).split(' '),
    )
    const { json } = fc.letrec((tie) => ({
      json: fc.oneof(
        { depthSize: 'large', maxDepth: 12 },
        fc.jsonValue({ maxDepth: 1 }),
        fc.array(tie('json'), { maxLength: 3 }),
        fc.dictionary(names, tie('json'), { maxKeys: 4 }),
      ),
    }))
    fc.assert(
      fc.property(json, (input) => {
        try {
          decodeJson(input)
        } catch (error) {
          expect(error).toBeInstanceOf(OtlpMalformed)
        }
      }),
    )
  })
})

function survives(input: Uint8Array): void {
  try {
    decodeProtobuf(input)
  } catch (error) {
    expect(error).toBeInstanceOf(OtlpMalformed)
  }
}
