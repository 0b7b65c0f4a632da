import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pointerOf, stepsOf, valueAt, withValues } from './index.ts'

// RFC 6901, section 5
const rfc = JSON.parse(
  '{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\\\j":5,"k\\"l":6," ":7,"m~n":8}',
) as Record<string, unknown>

describe('a JSON Pointer', () => {
  it.each([
    ['', rfc],
    ['/foo', ['bar', 'baz']],
    ['/foo/0', 'bar'],
    ['/', 0],
    ['/a~1b', 1],
    ['/c%d', 2],
    ['/e^f', 3],
    ['/g|h', 4],
    ['/i\\j', 5],
    ['/k"l', 6],
    ['/ ', 7],
    ['/m~0n', 8],
  ])('%j finds what the RFC says', (pointer, value) => {
    expect(valueAt(rfc, pointer)).toEqual(value)
  })

  it.each(['/nothing', '/foo/2', '/foo/length', '/foo/0/0', '/constructor', '/__proto__', '/toString'])(
    '%j finds nothing, and can be given no value',
    (pointer) => {
      expect(valueAt(rfc, pointer)).toBeUndefined()
      expect(() => withValues(rfc, [[pointer, 'x']])).toThrow(RangeError)
    },
  )

  it('is refused without its first slash, and for the whole document', () => {
    expect(() => valueAt(rfc, 'foo')).toThrow(RangeError)
    expect(() => withValues(rfc, [['', 'x']])).toThrow(RangeError)
  })

  it('is made of any steps, and gives them back', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (steps) => {
        expect(stepsOf(pointerOf(steps))).toEqual(steps)
      }),
    )
  })
})

describe('withValues', () => {
  it('changes those places and nothing else, and not the original', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }), { minKeys: 1 }),
        fc.nat(),
        (document, pick) => {
          const before = JSON.stringify(document)
          const places = leaves(document)
          const chosen = places.filter((_, index) => index % 2 === pick % 2)
          const changed = withValues(
            document,
            chosen.map((pointer) => [pointer, 'new']),
          )
          expect(JSON.stringify(document)).toBe(before)
          for (const pointer of places) {
            expect(valueAt(changed, pointer)).toEqual(chosen.includes(pointer) ? 'new' : valueAt(document, pointer))
          }
          expect(leaves(changed)).toEqual(places)
        },
      ),
    )
  })

  it('puts no value where the prototype would be', () => {
    const hostile = JSON.parse('{"__proto__":{"admin":false},"a":{"__proto__":"x"}}') as Record<string, unknown>
    const changed = withValues(hostile, [
      ['/__proto__/admin', true],
      ['/a/__proto__', 'y'],
    ])
    expect(JSON.stringify(changed)).toBe('{"__proto__":{"admin":true},"a":{"__proto__":"y"}}')
    expect((changed as { admin?: unknown }).admin).toBeUndefined()
    expect(({} as { admin?: unknown }).admin).toBeUndefined()
  })
})

function leaves(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [path]
  return Object.entries(value).flatMap(([name, member]) => leaves(member, path + pointerOf([name])))
}
