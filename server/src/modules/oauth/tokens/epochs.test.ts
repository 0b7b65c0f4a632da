import { expect, it } from 'vitest'
import { shareEpochs } from './epochs.ts'

function asked() {
  const gates: PromiseWithResolvers<number>[] = []
  const epochOf = shareEpochs(async () => {
    const gate = Promise.withResolvers<number>()
    gates.push(gate)
    return gate.promise
  })
  const turn = () => new Promise(setImmediate)
  return { gates, turn, ask: (application = 'shop') => epochOf('t1', application) }
}

it('asks once for all who wait, and never answers with what was read before the question', async () => {
  const { gates, turn, ask } = asked()
  const first = ask()
  const [second, third] = [ask(), ask()]
  expect(gates).toHaveLength(1)
  gates[0]?.resolve(1)
  expect(await first).toBe(1)
  await turn()
  expect(gates).toHaveLength(2)
  const fourth = ask()
  gates[1]?.resolve(2)
  expect([await second, await third]).toEqual([2, 2])
  await turn()
  gates[2]?.resolve(3)
  expect(await fourth).toBe(3)
  await turn()
  const later = ask()
  expect(gates).toHaveLength(4)
  gates[3]?.resolve(4)
  expect(await later).toBe(4)
})

it('fails those who asked, and asks anew for the next; applications have nothing to do with each other', async () => {
  const { gates, turn, ask } = asked()
  const [first, second, other] = [ask(), ask(), ask('bank')]
  expect(gates).toHaveLength(2)
  gates[0]?.reject(new Error('away'))
  await expect(first).rejects.toThrow('away')
  gates[1]?.resolve(7)
  expect(await other).toBe(7)
  await turn()
  gates[2]?.resolve(2)
  expect(await second).toBe(2)
})
