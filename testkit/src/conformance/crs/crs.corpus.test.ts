import { expect, it } from 'vitest'
import { corpusAt } from '../../run/corpora.ts'
import { Tally } from '../report.ts'
import { crs } from './index.ts'

const { path, absent } = corpusAt('crs')

it.skipIf(absent)('at least 99 % of the regression tests hold, through a whole gateway', async () => {
  const lines: string[] = []
  const tally = new Tally((line) => lines.push(line))
  await crs.run(path, { sample: undefined }, tally)
  tally.finish()
  const [, passed, failed, skipped] = /^(\d+) passed, (\d+) failed, (\d+) skipped$/.exec(lines.at(-1) ?? '') ?? []
  expect(Number(passed)).toBeGreaterThan(3000)
  expect(Number(passed) / (Number(passed) + Number(failed) + Number(skipped))).toBeGreaterThan(0.99)
})
