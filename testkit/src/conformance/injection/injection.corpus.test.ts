import { expect, it } from 'vitest'
import { corpusAt } from '../../run/corpora.ts'
import { Tally } from '../report.ts'
import { injection } from './index.ts'

const { path, absent } = corpusAt('injection')

it.skipIf(absent)('at least 99 % of the injection strings are blocked', async () => {
  const lines: string[] = []
  const tally = new Tally((line) => lines.push(line))
  await injection.run(path, { sample: undefined }, tally)
  tally.finish()
  const [, passed, failed] = /^(\d+) passed, (\d+) failed, 0 skipped$/.exec(lines.at(-1) ?? '') ?? []
  expect(Number(passed)).toBeGreaterThan(1000)
  expect(Number(passed) / (Number(passed) + Number(failed))).toBeGreaterThan(0.99)
})
