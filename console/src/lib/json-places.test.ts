import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { placeOf, readJson } from './json-places.ts'

function lineOf(text: string, pointer: string): number | undefined {
  const read = readJson(text)
  return read.ok ? placeOf(read.places, pointer)?.line : undefined
}

describe('where a member stands', () => {
  const text = '{\n  "paths": {\n    "/a~b": {\n      "get": [1,\n 2]\n    }\n  }\n}'

  test.each([
    ['/paths', 2],
    ['/paths/~1a~0b', 3],
    ['/paths/~1a~0b/get/1', 5],
    ['', 1],
    ['/paths/~1a~0b/put', 3],
    ['/nothing', 1],
  ])('%s, or the nearest that is there', (pointer, line) => {
    expect(lineOf(text, pointer)).toBe(line)
  })
})

describe('what is no JSON', () => {
  test.each([
    ['{"a":1,}', 1, 8],
    ['{\n"a" 1}', 2, 5],
    ['[1\n2]', 2, 1],
    ['{"a":1}\n x', 2, 2],
    ['{"a":"\n"}', 1, 6],
    ["{'a':1}", 1, 2],
    ['', 1, 1],
    ['{"a":1,\n"a":2}', 2, 1],
    ['01', 1, 2],
  ])('%j is told with its line and column', (text, line, column) => {
    const read = readJson(text)
    expect(read.ok ? null : [read.place.line, read.place.column]).toEqual([line, column])
  })

  test('nesting has an end', () => {
    expect(readJson('['.repeat(100_000)).ok).toBe(false)
  })
})

test('it reads what JSON.parse reads, and refuses what that refuses', () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), fc.string({ maxLength: 2 }), (text, at, noise) => {
      expect(readJson(text)).toMatchObject({ ok: true, value: JSON.parse(text) as unknown })
      const cut = text.slice(0, at % (text.length + 1)) + noise + text.slice(at % (text.length + 1))
      const read = readJson(cut)
      let known: { readonly value: unknown } | null
      try {
        known = { value: JSON.parse(cut) as unknown }
      } catch {
        known = null
      }
      if (known === null) expect(read.ok).toBe(false)
      else if (read.ok) expect(read.value).toEqual(known.value)
      else expect(read.message).toMatch(/comes twice|levels/)
    }),
  )
})

test('long text is read in the time that its length asks for', () => {
  const text = `{"a": "${'x'.repeat(300_000)}", "b": [${'{"c": 1},\n'.repeat(20_000)}1]}`
  expect(lineOf(text, '/b/20000')).toBe(20_001)
  expect(lineOf(text.replaceAll('\n', ''), '/b/20000')).toBe(1)
})
