import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { inOrder } from './in-order.ts'
import { Tally } from './report.ts'

it('plays some at a time, each once, and tells of them in their order', async () => {
  const items = Array.from({ length: 20 }, (_, at) => at)
  const lines: string[] = []
  let [open, most] = [0, 0]
  const tally = new Tally((line) => lines.push(line))
  await inOrder(items, 4, tally, async (item, at, told) => {
    expect(item).toBe(at)
    most = Math.max(most, ++open)
    for (let turns = (item * 7) % 5; turns > 0; turns--) await turn()
    told.fail(String(item), 'x')
    told.pass()
    told.skip('why')
    open -= 1
  })
  tally.finish()
  expect(lines).toEqual([...items.map((item) => `FAIL ${item}: x`), 'SKIP 20: why', '20 passed, 20 failed, 20 skipped'])
  expect(most).toBe(4)
})

it('fails when one does', async () => {
  const play = async (item: number) => {
    if (item === 2) throw new Error('broken')
  }
  await expect(inOrder([1, 2, 3], 2, new Tally(() => {}), play)).rejects.toThrow('broken')
})
