import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { Active, type Running } from './active.ts'

const active = new Active(Date.now)
afterAll(() => active.close())

function running(session: string, cut: (one: Running) => void = () => {}): Running {
  const one: Running = {
    session,
    token: null,
    expiresAt: null,
    deadline: Number.POSITIVE_INFINITY,
    endless: false,
    slot: -1,
    overdue: () => {},
    renew: () => Promise.resolve(null),
    cut: () => cut(one),
  }
  return one
}

test('whoever was added and not taken out is under way, in whatever order they come and go', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9), { maxLength: 60 }), (moves) => {
      const all = Array.from({ length: 10 }, (_, at) => running(String(at)))
      const there = new Set<Running>()
      for (const move of moves) {
        const one = all[move] as Running
        if (there.delete(one)) active.delete(one)
        else {
          there.add(one)
          active.add(one)
        }
        // One that is not there is not taken out twice.
        for (const other of all) if (!there.has(other)) active.delete(other)
        expect(active.size).toBe(there.size)
      }
      for (const one of there) active.delete(one)
      expect(active.size).toBe(0)
    }),
  )
})

test('all are cut once, also while they take themselves out, or one another', () => {
  const cuts: string[] = []
  const all: Running[] = Array.from({ length: 9 }, (_, at) =>
    running(String(at), (one) => {
      cuts.push(one.session ?? '')
      active.delete(one)
      if (at === 8) active.delete(all[2] as Running)
    }),
  )
  for (const one of all) active.add(one)
  active.cutAll()
  expect(cuts.toSorted()).toEqual(['0', '1', '3', '4', '5', '6', '7', '8'])
  expect(active.size).toBe(0)
})

test('those of a session alone are cut', () => {
  const cuts: string[] = []
  const all = ['a', 'b', 'a', 'c'].map((session) =>
    running(session, (one) => {
      cuts.push(session)
      active.delete(one)
    }),
  )
  for (const one of all) active.add(one)
  active.revoke('a')
  expect(cuts).toEqual(['a', 'a'])
  expect(active.size).toBe(2)
  for (const one of all) active.delete(one)
})
