import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromPlainJson, PolicyError, toRecord, toValue, type ValueJson } from './index.ts'
import { equal, keyOf } from './value.ts'

function code(convert: () => unknown): string {
  try {
    convert()
    return 'accepted'
  } catch (error) {
    return error instanceof PolicyError ? error.code : String(error)
  }
}

const values: fc.Arbitrary<ValueJson> = fc.letrec<{ value: ValueJson }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.boolean(),
    fc.integer(),
    fc.constantFrom(2n ** 63n - 1n, 2n ** 53n),
    fc.string({ unit: fc.constantFrom('a', ':', '1', 's') }),
    fc
      .record({ type: fc.constantFrom('A', 'A1', 'Ae'), id: fc.string({ unit: fc.constantFrom('1', 'A', ':') }) })
      .map((__entity) => ({ __entity })),
    fc.constantFrom('1.0', '1.1').map((arg) => ({ __extn: { fn: 'decimal', arg } })),
    fc.constantFrom('1ms', '10ms').map((arg) => ({ __extn: { fn: 'duration', arg } })),
    fc.array(tie('value'), { maxLength: 10 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'a1', '__proto__'), tie('value'), { noNullPrototype: true }),
  ),
})).value

describe('toValue', () => {
  it('gives equal values equal keys, and others different ones', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const [left, right] = [toValue(a), toValue(b)]
        expect(keyOf(left) === keyOf(right)).toBe(equal(left, right))
        expect(equal(left, toValue(a))).toBe(true)
        expect(keyOf(toValue(a))).toBe(keyOf(left))
      }),
    )
  })

  it('takes a set in any order, each element any number of times', () => {
    fc.assert(
      fc.property(
        fc
          .array(values, { maxLength: 12 })
          .chain((list) =>
            fc.tuple(fc.constant(list), fc.shuffledSubarray([...list, ...list], { minLength: list.length * 2 })),
          ),
        ([list, shuffled]) => {
          expect(equal(toValue(list), toValue(shuffled))).toBe(true)
        },
      ),
    )
  })

  it('refuses whatever is not JSON', () => {
    for (const value of [undefined, () => 1, Symbol('x'), Number.NaN, Number.POSITIVE_INFINITY, 1.5]) {
      expect(code(() => toValue(value as ValueJson))).toBe('value_malformed')
    }
    expect(code(() => toRecord(null as never))).toBe('value_malformed')
    expect(code(() => toRecord([] as never))).toBe('value_malformed')
  })

  it('never fails other than by a PolicyError', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withNullPrototype: true }), (anything) => {
        expect(code(() => toValue(anything as ValueJson))).toMatch(/^(?:accepted|value_\w+|integer_\w+)$/)
      }),
    )
  })
})

describe('fromPlainJson', () => {
  it('keeps plain JSON as it is, and its Cedar form is a record', () => {
    const json = JSON.parse('{"__proto__": {"admin": true}, "list": [1, "a", [true]], "n": -0}') as object
    const record = fromPlainJson(json)
    expect(Object.keys(record)).toEqual(['__proto__', 'list', 'n'])
    expect(Object.getPrototypeOf(record)).toBe(Object.prototype)
    expect(toRecord(record).attributes.get('__proto__')).toEqual(toRecord({ admin: true }))
  })

  it.each([
    ['value_malformed', { a: null }],
    ['value_malformed', { a: [1, { b: 0.1 }] }],
    ['value_malformed', { a: Number.NaN }],
    ['value_malformed', { a: undefined }],
    ['value_malformed', { owner: { __entity: { type: 'Person', id: 'alice' } } }],
    ['value_malformed', { __extn: { fn: 'ip', arg: '127.0.0.1' } }],
    ['value_malformed', { a: { __expr: 'true', b: 1 } }],
    ['value_malformed', 'text'],
    ['value_malformed', [1]],
    ['integer_out_of_range', { a: 2 ** 53 }],
  ])('refuses with %s: %j', (expected, json) => {
    expect(code(() => fromPlainJson(json))).toBe(expected)
  })

  it('says where', () => {
    expect(() => fromPlainJson({ a: [1, { b: null }] }, 'subject.properties')).toThrow(
      'subject.properties.a[1].b: null',
    )
  })

  it('refuses what is nested without end', () => {
    let json: object = {}
    for (let at = 0; at < 100_000; at++) json = { a: json }
    expect(code(() => fromPlainJson(json))).toBe('value_too_deep')
  })

  it('gives, for any JSON, what toRecord takes, or a PolicyError', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (json) => {
        expect(code(() => toRecord(fromPlainJson(json)))).toMatch(/^(?:accepted|value_malformed|integer_out_of_range)$/)
      }),
    )
  })
})
