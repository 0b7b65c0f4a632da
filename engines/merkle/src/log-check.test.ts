import { describe, expect, it } from 'vitest'
import { encodeEntries } from './bundle.ts'
import { type LogOptions, type LogResult, verifyLog } from './log-check.ts'
import { parseEntry } from './entry.ts'
import { bareEventsOf, eventsOf, MemoryLog, signerOf } from './testing/log.ts'
import type { TileId } from './tile.ts'

const events = eventsOf(700)
const log = new MemoryLog(events)

/** What a server gives, and what it was asked for. */
function served(of: MemoryLog, change: (tile: TileId, bytes: Uint8Array) => Uint8Array = (_tile, bytes) => bytes) {
  const asked: TileId[] = []
  const tile = (id: TileId): Promise<Uint8Array> => {
    asked.push(id)
    if (id.level !== 'entries') return Promise.resolve(change(id, of.read(id)))
    const first = id.index * 256
    const entries = of.events.slice(first, first + id.width).map(({ entry }) => entry)
    return Promise.resolve(change(id, encodeEntries(entries)))
  }
  return { tile, asked }
}

function verify(of: MemoryLog, options: LogOptions = {}, size = of.size): Promise<LogResult> {
  return verifyLog(served(of), { vkey: of.signer.vkey, checkpoint: of.checkpoint(size) }, options)
}

describe('a log over its tiles and entries', () => {
  it.each([0, 1, 255, 256, 257, 700])('is whole with %i events', async (size) => {
    const seen: number[] = []
    const onEntry = (seq: number, entry: Uint8Array) => {
      expect(parseEntry(entry).id).toBe(parseEntry(events[seq - 1]?.entry ?? entry).id)
      seen.push(seq)
    }
    const part = new MemoryLog(events.slice(0, size))
    expect(await verify(part, { onEntry, trustedKeys: [log.signer.vkey] })).toMatchObject({
      ok: true,
      size,
      keyTrusted: true,
    })
    expect(seen).toEqual(Array.from({ length: size }, (_, at) => at + 1))
  })

  it('compares with what was verified before, and reads only what is new', async () => {
    const seen: number[] = []
    const source = served(log)
    const signed = { vkey: log.signer.vkey, checkpoint: log.checkpoint() }
    const options = { from: 601, anchors: [log.checkpoint(600)], onEntry: (seq: number) => seen.push(seq) }
    expect(await verifyLog(source, signed, options)).toMatchObject({ ok: true, from: 601, anchors: 1 })
    expect(seen).toEqual(Array.from({ length: 100 }, (_, at) => at + 601))
    expect(source.asked.filter(({ level }) => level === 'entries')).toEqual([
      { level: 'entries', index: 2, width: 188 },
    ])
    expect(await verify(log, { from: 701, anchors: [log.checkpoint()] })).toMatchObject({ ok: true })
  })

  it('of many tiles is read with few of them at once', async () => {
    const large = new MemoryLog(bareEventsOf(10_000))
    let open = 0
    let most = 0
    const source = served(large)
    const tile = async (id: TileId) => {
      most = Math.max(most, ++open)
      await new Promise(setImmediate)
      open -= 1
      return source.tile(id)
    }
    const signed = { vkey: large.signer.vkey, checkpoint: large.checkpoint() }
    expect(await verifyLog({ tile }, signed)).toMatchObject({ ok: true, size: 10_000 })
    expect(most).toBeGreaterThan(4)
    expect(most).toBeLessThan(12)
  })

  it('is refused where an entry or a tile is another', async () => {
    const signed = { vkey: log.signer.vkey, checkpoint: log.checkpoint() }
    const flip = (at: number) => (bytes: Uint8Array) => bytes.with(at, (bytes[at] ?? 0) ^ 1)
    const changed = (level: TileId['level'], index: number, change: (bytes: Uint8Array) => Uint8Array) =>
      verifyLog(
        served(log, (tile, bytes) => (tile.level === level && tile.index === index ? change(bytes) : bytes)),
        signed,
      )
    expect(await changed('entries', 1, flip(59 * 43 + 20))).toMatchObject({
      ok: false,
      code: 'event_altered',
      seq: 300,
    })
    const short = await changed('entries', 1, (bytes) => bytes.subarray(0, -59))
    expect(short).toMatchObject({ ok: false, code: 'event_missing', seq: 257 })
    expect(await changed(0, 1, flip(32 * 43))).toMatchObject({ ok: false, code: 'tree' })
    expect(await changed(0, 2, flip(0))).toMatchObject({ ok: false, code: 'tree' })
    expect(await changed(1, 0, flip(33))).toMatchObject({ ok: false, code: 'tree' })
    expect(await changed(1, 0, () => new Uint8Array(0))).toMatchObject({ ok: false, code: 'tree' })
  })

  it('is refused with another history, fewer events, another key, another log', async () => {
    const fork = new MemoryLog(eventsOf(700, { note: 'of the fork' }))
    expect(await verify(fork, { anchors: [log.checkpoint(300)] })).toMatchObject({ ok: false, code: 'forked' })
    expect(await verify(fork, { anchors: [log.checkpoint()] })).toMatchObject({ ok: false, code: 'forked' })
    const shorter = await verify(log, { anchors: [log.checkpoint()] }, 600)
    expect(shorter).toMatchObject({ ok: false, code: 'rolled_back', seq: 601 })
    const other = new MemoryLog(events, signerOf(2))
    expect(await verify(other, { trustedKeys: [log.signer.vkey] })).toMatchObject({ ok: false, code: 'key' })
    const signed = { vkey: log.signer.vkey, checkpoint: other.checkpoint() }
    expect(await verifyLog(served(other), signed)).toMatchObject({ ok: false, code: 'signature' })
  })

  it('is refused where the log does not have what it must', async () => {
    const signed = { vkey: log.signer.vkey, checkpoint: log.checkpoint() }
    const { tile } = served(log)
    const without = (level: TileId['level'], index: number) =>
      verifyLog(
        { tile: (id) => (id.level === level && id.index === index ? Promise.resolve(undefined) : tile(id)) },
        signed,
      )
    expect(await without('entries', 1)).toMatchObject({ ok: false, code: 'event_missing', seq: 257 })
    expect(await without(0, 1)).toMatchObject({ ok: false, code: 'tree' })
    expect(await without(1, 0)).toMatchObject({ ok: false, code: 'tree' })
  })

  it('passes on what its source throws, and leaves nothing unhandled', async () => {
    const tile = () => Promise.reject(new Error('no network'))
    const signed = { vkey: log.signer.vkey, checkpoint: log.checkpoint() }
    await expect(verifyLog({ tile }, signed)).rejects.toThrow('no network')
  })
})
