import { expect, it } from 'vitest'
import { corpusAt } from '../../run/corpora.ts'
import { Tally } from '../report.ts'
import { merkle } from './index.ts'

const { path, absent } = corpusAt('merkle')

it.skipIf(absent)('passes the whole corpus', async () => {
  const lines: string[] = []
  const tally = new Tally((line) => lines.push(line))
  await merkle.run(path, { sample: undefined }, tally)
  tally.finish()
  expect(lines).toEqual([expect.stringMatching(/^[1-9]\d{2,} passed, 0 failed, 0 skipped$/)])
})
