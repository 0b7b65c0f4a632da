import oracle from 'canonicalize'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalize } from './json.ts'

const outcome = (write: (value: unknown) => string | undefined, value: unknown) => {
  try {
    return write(value)
  } catch {
    return 'refused'
  }
}

describe('canonicalize', () => {
  it('writes what the package canonicalize writes, quickly or not, of any JSON', () => {
    const name = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('a', 'b', 'B', '0', '10', '9', '__proto__', 'toJSON', 'constructor', '\ud83d\ude00', '\uffee'),
    )
    const { value: any } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.string({ unit: 'binary' }),
        fc.constantFrom('\ud800', '\\ud800', '\ud83d\ude00', '\u2028', ''),
        fc.double(),
        fc.integer(),
        fc.boolean(),
        fc.constantFrom(null, undefined, -0, new Date(0)),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.array(fc.tuple(name, tie('value')), { maxLength: 6 }).map((members) => own(members)),
      ),
    }))
    fc.assert(
      fc.property(any, (value) => {
        expect(outcome(canonicalize, value)).toBe(outcome((each) => oracle(each) ?? 'refused', value))
      }),
      { numRuns: 500 },
    )
  })

  it('writes members that are named as what every object inherits', () => {
    for (const name of ['constructor', 'toString', 'hasOwnProperty', 'valueOf']) {
      const value = { z: { b: 1, a: 2 }, [name]: 'kept' }
      const text = canonicalize(value)
      expect(JSON.parse(text)).toEqual(value)
      expect(text).toBe(oracle(value))
    }
  })

  it('leaves what it was given as it was', () => {
    const value = { b: [{ d: 1, c: 2 }], a: 1 }
    expect(canonicalize(value)).toBe('{"a":1,"b":[{"c":2,"d":1}]}')
    expect(JSON.stringify(value)).toBe('{"b":[{"d":1,"c":2}],"a":1}')
  })

  it('refuses what is in itself', () => {
    const value: { self?: unknown } = {}
    value.self = value
    expect(() => canonicalize(value)).toThrow(Error)
  })
})

/** With members of these names, whatever they are. */
function own(members: readonly (readonly [string, unknown])[]): object {
  const object = {}
  for (const [name, value] of members) {
    Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true })
  }
  return object
}
