import { Gcra } from '@holdfast/http-guard'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import { type Measure, measure, type Row } from '../lib/row.ts'

const keys = Array.from({ length: 10_000 }, (_, key) => `198.51.${key >> 8}.${key & 255}`)

/** Whether one more request may pass: 10,000 clients in turn, nobody over the limit. */
export const gatewayLimiter: Row = {
  name: 'gateway-limiter',
  title: 'One request counted against the limit of its client, in process, 10,000 clients',
  peer: 'rate-limiter-flexible 11.4.0, memory',
  run: async ({ rounds, seconds }) => {
    const gcra = new Gcra({ most: 200_000, cells: 4096, seed: 20_261_122 })
    const pace = gcra.pace({ units: 1_000_000, seconds: 1, burst: 1_000_000 })
    const flexible = new RateLimiterMemory({ points: 1_000_000_000, duration: 60 })
    const times = Math.ceil(200_000 * seconds)
    const ours: number[] = []
    const theirs: number[] = []
    for (let round = -1; round < rounds; round++) {
      const own = await cpuOf(async () => {
        for (let i = 0; i < times; i++) gcra.take(pace, keys[i % keys.length] ?? '', performance.now())
      })
      const peer = await cpuOf(async () => {
        for (let i = 0; i < times; i++) await flexible.consume(keys[i % keys.length] ?? '')
      })
      if (round < 0) continue
      ours.push(own / times)
      theirs.push(peer / times)
    }
    const measures: Measure[] = [measure('take, CPU', 'us', true, ours, theirs)]
    return measures
  },
}

async function cpuOf(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return user + system
}
