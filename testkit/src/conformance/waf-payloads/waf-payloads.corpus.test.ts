import { expect, it } from 'vitest'
import { corpusAt } from '../../run/corpora.ts'
import { Tally } from '../report.ts'
import { wafPayloads } from './index.ts'

const { path, absent } = corpusAt('waf-payloads')

it.skipIf(absent)('97 % of the attacks are blocked, and 99.5 % of the texts pass', async () => {
  const lines: string[] = []
  const tally = new Tally((line) => lines.push(line))
  await wafPayloads.run(path, { sample: undefined }, tally)
  tally.finish()
  const rate = (set: string) =>
    Number(/\((\d+\.\d+) %\)/.exec(lines.find((line) => line.startsWith(`${set}: `)) ?? '')?.[1])
  expect(rate('attacks')).toBeGreaterThanOrEqual(97)
  expect(rate('benign')).toBeLessThanOrEqual(0.5)
})
