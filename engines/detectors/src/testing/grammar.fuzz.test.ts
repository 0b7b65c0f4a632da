import fc from 'fast-check'
import { expect, it } from 'vitest'
import { bytesOf } from '../classes.ts'
import { inspect } from '../inspect.ts'
import { Choices } from './grammar/choices.ts'
import { encoded } from './grammar/encodings.ts'
import { ATTACKS } from './grammar/index.ts'

/** The same attacks in each run of the tests; others in long runs (npm run fuzz). */
const SAMPLE = process.env['HOLDFAST_FUZZ_RUNS'] === undefined ? { seed: 2026, numRuns: 200 } : {}
const row = fc.array(fc.nat(0xffff_fffe), { minLength: 64, maxLength: 64 })
/** An attack as a query, a form or a document carries it. */
const passes = (value: string): boolean => inspect(value, { place: { form: true } }) === null

it.each(Object.entries(ATTACKS))('%s: whatever the grammar makes is found, as it is and encoded', (_, attack) => {
  fc.assert(
    fc.property(row, (numbers) => {
      const choices = new Choices(numbers)
      const text = attack(choices)
      expect(passes(bytesOf(text)), text).toBe(false)
      const value = encoded(choices, text)
      expect(passes(value), value).toBe(false)
    }),
    SAMPLE,
  )
})
