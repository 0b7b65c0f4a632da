import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { uidText } from './shapes.ts'

const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/)
const type = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('::'))

describe('a uid as people write it', () => {
  it('is read back, whatever its id is', () => {
    fc.assert(
      fc.property(type, fc.string({ unit: 'binary', maxLength: 60 }), (of, id) => {
        expect(uidText.parse(`${of}::${JSON.stringify(id)}`)).toEqual({ type: of, id })
      }),
    )
  })

  it('needs no quotes where its id has none and no colons', () => {
    fc.assert(
      fc.property(type, fc.stringMatching(/^[A-Za-z0-9 /@.-]{0,30}$/), (of, id) => {
        expect(uidText.parse(`${of}::${id}`)).toEqual({ type: of, id })
      }),
    )
  })

  it('is refused or read, and never a fault', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.string().map((text) => `A::"${text}`),
        ),
        (text) => {
          const { success, data } = uidText.safeParse(text)
          expect(success ? typeof data.id : 'string').toBe('string')
        },
      ),
    )
  })
})
