import { expect, it } from 'vitest'
import { forgetMemory, readMemory, type Remembered, writeMemory } from './memory.ts'

const remembered: Remembered = { vkey: 'k', since: 's', checkpoint: 'c', seenAt: 'n' }

function memory(kept = new Map<string, string>()) {
  return {
    kept,
    storage: () => ({
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    }),
  }
}

it('remembers, and forgets when told', () => {
  const { storage } = memory()
  expect(readMemory(storage)).toBeNull()
  expect(writeMemory(storage, remembered)).toBe(true)
  expect(readMemory(storage)).toEqual(remembered)
  forgetMemory(storage)
  expect(readMemory(storage)).toBeNull()
})

it('takes nothing for a memory that is none', () => {
  for (const text of ['', '{', '[]', '{"vkey":1}', '"text"']) {
    const { storage, kept } = memory()
    kept.set('holdfast.log', text)
    expect(readMemory(storage)).toBeNull()
  }
})

it('goes without where storage is forbidden', () => {
  const storage = () => {
    throw new DOMException('denied', 'SecurityError')
  }
  expect(readMemory(storage)).toBeNull()
  expect(writeMemory(storage, remembered)).toBe(false)
  forgetMemory(storage)
})
