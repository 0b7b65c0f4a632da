import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ChainEntry, chainHash, completeEvent, type Event, GENESIS, leafHash, verifyChain } from './index.ts'

function chain(length: number): ChainEntry[] {
  const entries: ChainEntry[] = []
  let hash = GENESIS
  for (let seq = 1; seq <= length; seq += 1) {
    const id = `01907f3e-1111-7111-8111-${String(seq).padStart(12, '0')}`
    const stamp = { id, time: new Date(seq * 1000) }
    const event: Event = { ...completeEvent({ kind: 'a.b', outcome: 'success', data: { seq } }, stamp), seq }
    const leaf = leafHash(event)
    hash = chainHash(hash, leaf, seq)
    entries.push({ seq, leaf, hash, event })
  }
  return entries
}

const good = chain(5)
const at = (index: number): ChainEntry & { event: Event } => {
  const entry = good[index]
  if (entry?.event == null) throw new Error('no such entry')
  return { ...entry, event: entry.event }
}
const changed = (index: number, change: Partial<ChainEntry>) => good.toSpliced(index, 1, { ...at(index), ...change })

describe('leafHash', () => {
  it('does not depend on the order of members or on seq', () => {
    const { event } = at(0)
    const reversed = Object.fromEntries(Object.entries(event).toReversed()) as unknown as Event
    expect(leafHash(reversed)).toBe(leafHash(event))
    expect(leafHash({ ...event, seq: 99 })).toBe(leafHash(event))
  })

  it('is the hash of these very bytes, as long as the format is v1', () => {
    const canonical =
      '{"actor":null,"application":null,"data":{"seq":1},"id":"01907f3e-1111-7111-8111-000000000001","kind":"a.b",' +
      '"outcome":"success","reason":null,"requestId":null,"resource":null,' +
      '"source":{"address":null,"userAgent":null},"time":"1970-01-01T00:00:01.000Z"}'
    const leaf = createHash('sha256').update(`holdfast/event-leaf/v1\n${canonical}`).digest()
    expect(at(0).leaf).toBe(leaf.toString('hex'))
    const place = Buffer.from([0, 0, 0, 0, 0, 0, 0, 1])
    const chained = createHash('sha256').update('holdfast/event-chain/v1\n').update(place).update(Buffer.alloc(32))
    expect(at(0).hash).toBe(chained.update(leaf).digest('hex'))
  })
})

describe('verifyChain', () => {
  it('follows a good chain, whole or from a point in it', () => {
    expect(verifyChain(good)).toEqual({ ok: true, seq: 5, hash: at(4).hash, checked: 5, unseen: 0 })
    expect(verifyChain(good.slice(3), { seq: 3, hash: at(2).hash })).toMatchObject({ ok: true, seq: 5, checked: 2 })
    expect(verifyChain([])).toMatchObject({ ok: true, seq: 0, hash: GENESIS })
  })

  it('goes on over events that cannot be seen, and says how many', () => {
    expect(verifyChain(changed(1, { event: null }))).toMatchObject({ ok: true, checked: 5, unseen: 1 })
  })

  const { event } = at(2)
  it.each([
    ['a missing event', good.toSpliced(2, 1), 3, 'gap'],
    ['a doubled event', good.toSpliced(2, 0, at(1)), 3, 'gap'],
    ['two events exchanged', [at(0), at(2), at(1)], 2, 'gap'],
    ['a missing first event', good.slice(1), 1, 'gap'],
    ['a changed event', changed(2, { event: { ...event, data: { seq: 4 } } }), 3, 'leaf'],
    ['a changed outcome', changed(2, { event: { ...event, outcome: 'refused' } }), 3, 'leaf'],
    ['an event of another place', changed(2, { event: { ...event, seq: 4 } }), 3, 'leaf'],
    ['an event that cannot be hashed', changed(2, { event: { ...event, data: { bad: Number.NaN } } }), 3, 'leaf'],
    ['a changed leaf', changed(2, { leaf: '0'.repeat(64), event: null }), 3, 'hash'],
    ['a changed hash', changed(2, { hash: '0'.repeat(64) }), 3, 'hash'],
    ['a leaf that is no hash', changed(2, { leaf: 'x', event: null }), 3, 'hash'],
    ['a leaf in capitals', changed(2, { leaf: at(2).leaf.toUpperCase(), event: null }), 3, 'hash'],
  ])('names the first bad place: %s', (_, entries, seq, reason) => {
    expect(verifyChain(entries)).toMatchObject({ ok: false, seq, reason })
  })

  it('notices an event rewritten with a fitting leaf, and a tail recomputed from another start', () => {
    const rewritten = { ...event, outcome: 'failure' as const }
    expect(verifyChain(changed(2, { event: rewritten, leaf: leafHash(rewritten) }))).toMatchObject({
      seq: 3,
      reason: 'hash',
    })
    expect(verifyChain(good, { seq: 0, hash: 'f'.repeat(64) })).toMatchObject({ ok: false, seq: 1, reason: 'hash' })
  })

  it('lets no single changed character of a hash pass', () => {
    const digits = '0123456789abcdef'.split('')
    fc.assert(
      fc.property(fc.nat(4), fc.nat(63), fc.constantFrom(...digits), (index, place, digit) => {
        const { hash } = at(index)
        fc.pre(hash[place] !== digit)
        const other = hash.slice(0, place) + digit + hash.slice(place + 1)
        expect(verifyChain(changed(index, { hash: other }))).toMatchObject({
          ok: false,
          seq: index + 1,
          reason: 'hash',
        })
      }),
    )
  })
})
