import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { Tally } from '../report.ts'
import { merkle } from './index.ts'

it('passes the whole corpus', async () => {
  const lines: string[] = []
  const tally = new Tally((line) => lines.push(line))
  const corpus = fileURLToPath(new URL('../../../../../shared/corpora/merkle', import.meta.url))
  await merkle.run(corpus, { sample: undefined }, tally)
  tally.finish()
  expect(lines).toEqual([expect.stringMatching(/^[1-9]\d{2,} passed, 0 failed, 0 skipped$/)])
})
