import { chainHash, GENESIS, leafHash, type ChainEntry, type Event } from '@holdfast/events'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RememberedHead } from './heads.ts'
import { verifyLog, type LogReader } from './verify.ts'

function event(seq: number, note = 'as it was'): Event {
  return {
    id: `01930000-0000-7000-8000-${String(seq).padStart(12, '0')}`,
    seq,
    time: '2026-01-01T00:00:00.000Z',
    kind: 'person.created',
    outcome: 'success',
    actor: null,
    resource: null,
    application: null,
    reason: null,
    source: { address: null, userAgent: null },
    requestId: null,
    data: { note },
  }
}

/** A chain over these notes, consistent in itself. */
function chain(notes: readonly string[]): ChainEntry[] {
  let hash = GENESIS
  return notes.map((note, index) => {
    const made = event(index + 1, note)
    const leaf = leafHash(made)
    hash = chainHash(hash, leaf, index + 1)
    return { seq: index + 1, leaf, hash, event: made }
  })
}

function reader(entries: readonly ChainEntry[], pageSize = 3, head = entries.at(-1)): LogReader {
  return {
    head: () => Promise.resolve({ seq: head?.seq ?? 0, hash: head?.hash ?? GENESIS }),
    entries: (after) => Promise.resolve(entries.filter((entry) => entry.seq > after).slice(0, pageSize)),
  }
}

function remember(entries: readonly ChainEntry[]): RememberedHead {
  const last = entries.at(-1)
  return {
    first: entries[0]?.hash ?? '',
    seq: last?.seq ?? 0,
    hash: last?.hash ?? '',
    verifiedAt: '2026-01-02T00:00:00.000Z',
  }
}

const notes = Array.from({ length: 10 }, (_, index) => `event ${index}`)
const honest = chain(notes)

describe('log verify', () => {
  it('accepts an honest log, over pages of any size', async () => {
    for (const size of [1, 3, 10, 50]) {
      const verdict = await verifyLog(reader(honest, size), undefined)
      expect(verdict).toMatchObject({ ok: true, seq: 10, checked: 10, unseen: 0, hash: honest[9]?.hash })
    }
  })

  it('accepts an empty log', async () => {
    expect(await verifyLog(reader([]), undefined)).toMatchObject({ ok: true, seq: 0, first: null })
  })

  it('accepts a log that has grown, and events that it may not see', async () => {
    const hidden = honest.map((entry) => (entry.seq === 4 ? { ...entry, event: null } : entry))
    expect(await verifyLog(reader(hidden), remember(honest.slice(0, 6)))).toMatchObject({ ok: true, unseen: 1 })
  })

  it('stops at the head claimed when it began, though the log grows meanwhile', async () => {
    expect(await verifyLog(reader(honest, 50, honest[6]), undefined)).toMatchObject({ ok: true, seq: 7 })
  })

  it('names the event that was changed', async () => {
    const forged = honest.map((entry) => (entry.seq === 5 ? { ...entry, event: event(5, 'forged') } : entry))
    expect(await verifyLog(reader(forged), undefined)).toMatchObject({ ok: false, code: 'log_broken', seq: 5 })
  })

  it('names the event that was removed', async () => {
    const verdict = await verifyLog(reader(honest.filter((entry) => entry.seq !== 5)), undefined)
    expect(verdict).toMatchObject({ ok: false, code: 'log_broken', seq: 5 })
  })

  it('notices a log cut off behind a consistent shorter one', async () => {
    const verdict = await verifyLog(reader(honest.slice(0, 7)), remember(honest))
    expect(verdict).toMatchObject({ ok: false, code: 'log_truncated', seq: 8 })
    expect(await verifyLog(reader([]), remember(honest))).toMatchObject({ ok: false, code: 'log_truncated', seq: 1 })
  })

  it('notices a log that ends before the head that the server claims', async () => {
    const verdict = await verifyLog(reader(honest.slice(0, 7), 3, honest[9]), undefined)
    expect(verdict).toMatchObject({ ok: false, code: 'log_truncated', seq: 8 })
  })

  it('notices a consistent log that was rewritten below the remembered head', async () => {
    const rewritten = chain(notes.map((note, index) => (index === 4 ? 'forged' : note)))
    expect(await verifyLog(reader(rewritten), undefined)).toMatchObject({ ok: true })
    expect(await verifyLog(reader(rewritten), remember(honest))).toMatchObject({ ok: false, code: 'log_rewritten' })
  })

  it('notices another log at the same address', async () => {
    const verdict = await verifyLog(reader(chain(['another', ...notes])), remember(honest))
    expect(verdict).toMatchObject({ ok: false, code: 'log_other' })
  })

  it('sees every change of one entry', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 9 }),
        fc.constantFrom('seq', 'leaf', 'hash', 'event'),
        fc.integer({ min: 0, max: 63 }),
        async (at, member, digit) => {
          const forged = honest.map((entry, index) => (index === at ? spoilt(entry, member, digit) : entry))
          expect(await verifyLog(reader(forged, 4, honest[9]), undefined)).toMatchObject({ ok: false })
        },
      ),
    )
  })
})

function spoilt(entry: ChainEntry, member: string, digit: number): ChainEntry {
  const flipped = (hash: string) => `${hash.slice(0, digit)}${hash[digit] === '0' ? '1' : '0'}${hash.slice(digit + 1)}`
  if (member === 'seq') return { ...entry, seq: entry.seq + 1 + digit }
  if (member === 'leaf') return { ...entry, leaf: flipped(entry.leaf) }
  if (member === 'hash') return { ...entry, hash: flipped(entry.hash) }
  return { ...entry, event: { ...event(entry.seq), data: { note: String(digit) } } }
}
