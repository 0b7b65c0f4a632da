import { createDataKey } from '@holdfast/envelope'
import { expect, it } from 'vitest'
import { createKeyCache, type Held } from './cache.ts'

const id = (at: number) => `01900000-0000-7000-8000-${at.toString(16).padStart(12, '0')}`
const held = (at: number, tenant: string | null = 'one'): Held => ({
  id: id(at),
  tenant,
  key: createDataKey(id(at), Buffer.alloc(32, at)),
})

function cacheAt(entries = 100) {
  const clock = { time: 1_000_000, now: () => new Date(clock.time) }
  return { clock, cache: createKeyCache(clock, { seconds: 60, entries }) }
}

it('holds few keys, briefly, for their own tenant', () => {
  const { clock, cache } = cacheAt(3)
  for (let at = 0; at < 10; at++) cache.reading()(held(at), `notes ${at}`)
  expect(Array.from({ length: 10 }, (_, at) => cache.byId('one', id(at)) !== undefined).filter(Boolean)).toHaveLength(3)
  expect(cache.byId('one', id(9))).toBeDefined()
  expect(cache.byId('two', id(9))).toBeUndefined()
  expect(cache.byId(null, id(9))).toBeUndefined()
  expect(cache.current('one', 'notes 9')).toBeDefined()
  expect(cache.current('two', 'notes 9')).toBeUndefined()
  clock.time += 59_000
  // Being used does not make it stay.
  expect(cache.byId('one', id(9))).toBeDefined()
  clock.time += 2_000
  expect(cache.byId('one', id(9))).toBeUndefined()
  expect(cache.current('one', 'notes 9')).toBeUndefined()
})

it('keeps nothing that was read before somebody purged', () => {
  const { cache } = cacheAt()
  const keep = cache.reading()
  cache.purge()
  keep(held(1), 'notes ')
  expect(cache.byId('one', id(1))).toBeUndefined()
  cache.reading()(held(1), 'notes ')
  expect(cache.current('one', 'notes ')).toBeDefined()
  cache.purge()
  expect(cache.current('one', 'notes ')).toBeUndefined()
})

it('does not take in what a transaction is destroying, which others still see', () => {
  const { clock, cache } = cacheAt()
  const before = cache.reading()
  cache.reading()(held(1), 'notes ')
  cache.distrust([id(1)])
  before(held(1), 'notes ')
  cache.reading()(held(1), 'notes ')
  cache.reading()(held(2))
  expect([cache.byId('one', id(1)), cache.current('one', 'notes ')]).toEqual([undefined, undefined])
  expect(cache.byId('one', id(2))).toBeDefined()
  // It was not destroyed after all.
  clock.time += 121_000
  cache.reading()(held(1), 'notes ')
  expect(cache.byId('one', id(1))).toBeDefined()
})
