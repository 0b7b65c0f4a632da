import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseExactJson } from './exact-json.ts'

it('keeps integers of any size, and everything else as JSON.parse does', () => {
  expect(
    parseExactJson('{"a": [9223372036854775807, -9007199254740993, 1], "b": "9223372036854775807", "c": 1.5}'),
  ).toEqual({
    a: [9223372036854775807n, -9007199254740993n, 1],
    b: '9223372036854775807',
    c: 1.5,
  })
  fc.assert(
    fc.property(fc.bigInt(), (value) => {
      const exact = Number.isSafeInteger(Number(value)) ? Number(value) : value
      expect(parseExactJson(`[${value}]`)).toEqual([exact])
    }),
  )
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value)
      const rounded = JSON.stringify(parseExactJson(text), (_key, each: unknown) =>
        typeof each === 'bigint' ? Number(each) : each,
      )
      expect(JSON.parse(rounded)).toEqual(JSON.parse(text))
    }),
  )
})
