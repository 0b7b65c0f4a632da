import { describe, expect, it } from 'vitest'
import { createGroupCommit } from './group-commit.ts'

describe('a group commit', () => {
  it('writes what came while another was under way together, and nobody goes on before it is written', async () => {
    const groups: number[][] = []
    const gates: PromiseWithResolvers<void>[] = []
    const commit = createGroupCommit<number>(async (entries) => {
      groups.push([...entries])
      const gate = Promise.withResolvers<void>()
      gates.push(gate)
      await gate.promise
    }, 3)
    let done = 0
    const all = [1, 2, 3, 4, 5].map((n) => commit(n).then(() => (done += 1)))
    expect(groups).toEqual([[1]])
    expect(done).toBe(0)
    for (let n = 0; n < 3; n += 1) {
      gates[n]?.resolve()
      await new Promise(setImmediate)
    }
    await Promise.all(all)
    expect(groups).toEqual([[1], [2, 3, 4], [5]])
  })

  it('fails those whose group failed, and goes on with the next', async () => {
    let fail = true
    const commit = createGroupCommit<number>(async () => {
      if (fail) throw new Error('away')
    }, 10)
    await expect(commit(1)).rejects.toThrow('away')
    fail = false
    await commit(2)
  })
})
