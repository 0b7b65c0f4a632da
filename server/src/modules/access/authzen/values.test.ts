import fc from 'fast-check'
import { toRecord } from '@holdfast/policy'
import { describe, expect, it } from 'vitest'
import { contextOf, toCedar } from './values.ts'

describe('properties as Cedar reads them', () => {
  it('leaves null out, makes decimals of fractions, and keeps the text of what is neither', () => {
    const json = { a: null, b: [1, null, 'x'], c: { d: null, e: 12.5 }, f: 0.000001, g: 1.23456, h: -0.25, i: 3 }
    const decimal = (arg: string) => ({ __extn: { fn: 'decimal', arg } })
    expect(toCedar(json)).toEqual({
      b: [1, 'x'],
      c: { e: decimal('12.5') },
      f: '0.000001',
      g: '1.23456',
      h: decimal('-0.25'),
      i: 3,
    })
  })

  it('takes the parameters of an action into the context, which comes first', () => {
    expect(contextOf({ soft: false, ip: 'x' }, { properties: { soft: true, hard: null, n: 1 } })).toEqual({
      soft: false,
      ip: 'x',
      n: 1,
      action: { soft: true, n: 1 },
    })
    expect(contextOf({ action: 'mine' }, { properties: { n: 1 } })).toEqual({ n: 1, action: 'mine' })
    expect(contextOf(undefined, {})).toEqual({})
  })

  it('gives values that Cedar takes, whatever JSON they are of', () => {
    const integers = fc.maxSafeInteger()
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.string().filter((text) => text !== '__entity' && text !== '__extn'),
        fc.boolean(),
        fc.constant(null),
        integers,
        fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Number.isInteger(value)),
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(fc.string({ maxLength: 8 }), tie('tree'), { maxKeys: 4 }),
      ),
    }))
    fc.assert(
      fc.property(fc.dictionary(fc.string({ maxLength: 8 }), tree, { maxKeys: 5 }), (json) => {
        expect(() => toRecord(toCedar(json) as never)).not.toThrow()
      }),
    )
  })
})
