import { expect, it } from 'vitest'
import { rememberEpochs } from './epochs.ts'

function asked() {
  const gates: PromiseWithResolvers<number>[] = []
  const heard: (() => void)[] = []
  const { epochOf, stop } = rememberEpochs(
    async () => {
      const gate = Promise.withResolvers<number>()
      gates.push(gate)
      return gate.promise
    },
    {
      listen: (_, call) => {
        heard.push(call)
        return () => void heard.splice(0)
      },
    },
  )
  return { gates, heard, stop, ask: (application = 'shop') => epochOf('t1', application) }
}

it('asks once until there are news, and never answers with what was asked before them', async () => {
  const { gates, heard, stop, ask } = asked()
  const first = [ask(), ask()]
  expect(gates).toHaveLength(1)
  for (const call of heard) call()
  const second = ask()
  expect(gates).toHaveLength(2)
  gates[0]?.resolve(1)
  gates[1]?.resolve(2)
  expect(await Promise.all([...first, second, ask()])).toEqual([1, 1, 2, 2])
  expect(gates).toHaveLength(2)
  stop()
  expect(heard).toEqual([])
})

it('remembers no failure, and applications have nothing to do with each other', async () => {
  const { gates, ask } = asked()
  const [first, other] = [ask(), ask('bank')]
  gates[0]?.reject(new Error('away'))
  await expect(first).rejects.toThrow('away')
  gates[1]?.resolve(7)
  expect(await other).toBe(7)
  const again = ask()
  gates[2]?.resolve(3)
  expect(await again).toBe(3)
})
