import { expect, it } from 'vitest'
import { corpusAt } from '../../run/corpora.ts'
import { Tally } from '../report.ts'
import { seclangUnits } from './index.ts'

const { path, absent } = corpusAt('seclang-units')

it.skipIf(absent)('passes all but what waits for a detector', async () => {
  const lines: string[] = []
  const tally = new Tally((line) => lines.push(line))
  await seclangUnits.run(path, { sample: undefined }, tally)
  tally.finish()
  expect(lines.filter((line) => line.startsWith('FAIL') && !/@detect(?:SQLi|XSS)/.test(line))).toEqual([])
  expect(lines.at(-1)).toMatch(/^[12]\d{3} passed/)
})
