import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { Tally } from '../report.ts'
import { wafPayloads } from './index.ts'

it('97 % of the attacks are blocked, and 99.5 % of the texts pass', async () => {
  const lines: string[] = []
  const tally = new Tally((line) => lines.push(line))
  const corpus = fileURLToPath(new URL('../../../../../shared/corpora/waf-payloads', import.meta.url))
  await wafPayloads.run(corpus, { sample: undefined }, tally)
  tally.finish()
  const rate = (set: string) =>
    Number(/\((\d+\.\d+) %\)/.exec(lines.find((line) => line.startsWith(`${set}: `)) ?? '')?.[1])
  expect(rate('attacks')).toBeGreaterThanOrEqual(97)
  expect(rate('benign')).toBeLessThanOrEqual(0.5)
})
