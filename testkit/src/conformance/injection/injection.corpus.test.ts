import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { Tally } from '../report.ts'
import { injection } from './index.ts'

it('at least 99 % of the injection strings are blocked', async () => {
  const lines: string[] = []
  const tally = new Tally((line) => lines.push(line))
  const corpus = fileURLToPath(new URL('../../../../../shared/corpora/injection', import.meta.url))
  await injection.run(corpus, { sample: undefined }, tally)
  tally.finish()
  const [, passed, failed] = /^(\d+) passed, (\d+) failed, 0 skipped$/.exec(lines.at(-1) ?? '') ?? []
  expect(Number(passed)).toBeGreaterThan(1000)
  expect(Number(passed) / (Number(passed) + Number(failed))).toBeGreaterThan(0.99)
})
