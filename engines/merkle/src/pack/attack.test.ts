import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eventsOf, MemoryLog, signerOf } from '../testing/log.ts'
import { changed, eventIn, flipped, lineOf, sealedAgain } from '../testing/tamper.ts'
import { tileLine } from './lines.ts'
import { verifyPack } from './verify.ts'

const events = eventsOf(600)
const log = new MemoryLog(events)
const lines = await log.pack()
const some = await log.pack(254, 260)
const options = { trustedKeys: [log.signer.vkey] }
const verdict = (pack: readonly string[]) => verifyPack(pack, options)
const size = Buffer.byteLength(`${some.join('\n')}\n`)

describe('one flipped bit', () => {
  it('anywhere in the file is noticed', () => {
    fc.assert(
      fc.property(fc.nat({ max: size - 1 }), fc.nat({ max: 7 }), (at, bit) => {
        expect(verdict(flipped(some, at, bit)).ok).toBe(false)
      }),
    )
  })

  it('is noticed when the file is sealed again, wherever it is', () => {
    const end = Buffer.byteLength(some.at(-1) ?? '') + 1
    fc.assert(
      fc.property(fc.nat({ max: size - 1 - end }), fc.nat({ max: 7 }), (at, bit) => {
        expect(verdict(sealedAgain(flipped(some, at, bit))).ok).toBe(false)
      }),
    )
  })

  it.each(['entry', 'opening'])('in the %s of an event names the event', (member) => {
    fc.assert(
      fc.property(fc.integer({ min: 254, max: 260 }), fc.nat(), fc.nat({ max: 7 }), (seq, any, bit) => {
        const line = lineOf(some, seq)
        const text = some[line] ?? ''
        const start = text.indexOf(`"${member}":`) + member.length + 4
        const end = member === 'entry' ? text.indexOf('","opening"') : text.length - 3
        const [tampered = ''] = flipped([text], start + (any % (end - start)), bit)
        fc.pre(!tampered.includes('\n'))
        const result = verdict(sealedAgain(some.with(line, tampered)))
        expect(result).toMatchObject({ ok: false, line: line + 1 })
        if (!result.ok && result.code !== 'malformed') expect(result).toMatchObject({ seq })
      }),
    )
  })
})

describe('one changed event', () => {
  it('is named, though everything that can be made to fit it was', async () => {
    const forged = new MemoryLog(events.with(299, eventsOf(300, { note: 'forged' })[299] ?? events[0]!))
    const other = await forged.pack()
    const line = lineOf(lines, 300)
    const entry = sealedAgain(lines.with(line, other[line] ?? ''))
    expect(verdict(entry)).toMatchObject({ ok: false, code: 'event_altered', seq: 300, line: line + 1 })
    const { opening } = eventIn(other, 300)
    expect(verdict(changed(lines, line, { opening }))).toMatchObject({ ok: false, code: 'event_content', seq: 300 })
    const wholly = [lines[0] ?? '', ...other.slice(1)]
    expect(verdict(sealedAgain(wholly))).toMatchObject({ ok: false, code: 'tree' })
  })

  it('cannot show what another one said, nor lose a value that is somebody’s for another', () => {
    const at = lineOf(lines, 300)
    const { opening } = eventIn(lines, 301)
    expect(verdict(changed(lines, at, { opening }))).toMatchObject({ ok: false, code: 'event_content', seq: 300 })
    const own = eventIn(lines, 300).opening as { openings: { [pointer: string]: object } }
    const value = Object.assign({}, own.openings['/src_endpoint/ip'], { value: '198.51.100.1' })
    const openings = { ...own.openings, '/src_endpoint/ip': value }
    const altered = changed(lines, at, { opening: { ...own, openings } })
    expect(verdict(altered)).toMatchObject({ ok: false, code: 'event_content', seq: 300 })
  })

  it('is noticed when its entry names another event than it does', async () => {
    const [first, second] = eventsOf(2)
    const lying = new MemoryLog([{ ...first!, entry: relabelled(first!.entry, second!.entry) }])
    expect(verifyPack(await lying.pack())).toMatchObject({ ok: false, code: 'event_content', seq: 1 })
  })
})

describe('one removed event', () => {
  const at = lineOf(lines, 300)

  it('is named when its line is gone', () => {
    expect(verdict(sealedAgain(lines.toSpliced(at, 1)))).toMatchObject({ ok: false, code: 'event_missing', seq: 300 })
    const last = lineOf(lines, 600)
    expect(verdict(sealedAgain(lines.toSpliced(last, 1)))).toMatchObject({ ok: false, code: 'event_missing', seq: 600 })
    const ofTile = lineOf(lines, 256)
    expect(verdict(sealedAgain(lines.toSpliced(ofTile, 1)))).toMatchObject({
      ok: false,
      code: 'event_missing',
      seq: 256,
    })
  })

  it('is named when those after it move up', () => {
    const moved = lines
      .toSpliced(at, 1)
      .map((line) =>
        line.replace(/^\{"seq":(\d+)/, (text, seq) => (Number(seq) > 300 ? `{"seq":${Number(seq) - 1}` : text)),
      )
    expect(verdict(sealedAgain(moved))).toMatchObject({ ok: false, seq: 300 })
  })

  it('is noticed when the whole tree is made anew without it', async () => {
    const rest = new MemoryLog(events.toSpliced(299, 1).map((event, index) => ({ ...event, seq: index + 1 })))
    const other = await rest.pack()
    const header = (other[0] ?? '').replace(
      /"checkpoint":"[^"]*"/,
      /"checkpoint":"[^"]*"/.exec(lines[0] ?? '')?.[0] ?? '',
    )
    expect(verdict(sealedAgain([header, ...other.slice(1)]))).toMatchObject({ ok: false })
  })
})

describe('one reordered pair', () => {
  const [at, after] = [lineOf(lines, 300), lineOf(lines, 301)]
  const swap = (one: string, other: string) => sealedAgain(lines.with(at, one).with(after, other))

  it('is named when the lines are swapped', () => {
    const swapped = swap(lines[after] ?? '', lines[at] ?? '')
    expect(verdict(swapped)).toMatchObject({ ok: false, code: 'event_misplaced', seq: 300, line: at + 1 })
  })

  it('is named when their numbers are swapped too', () => {
    const numbered = swap(
      (lines[after] ?? '').replace('"seq":301', '"seq":300'),
      (lines[at] ?? '').replace('"seq":300', '"seq":301'),
    )
    expect(verdict(numbered)).toMatchObject({ ok: false, code: 'event_misplaced', seq: 300, line: at + 1 })
  })

  it('is noticed when the tile is made to fit', () => {
    const tile = { level: 0, index: 1, width: 256 }
    const hashes = Buffer.from(log.read(tile))
    const [one, other] = [hashes.subarray(43 * 32, 44 * 32), hashes.subarray(44 * 32, 45 * 32)]
    const line = tileLine(tile, Buffer.concat([hashes.subarray(0, 43 * 32), other, one, hashes.subarray(45 * 32)]))
    const place = lines.findIndex((each) => each.startsWith('{"tile":"tile/0/001"'))
    expect(verdict(sealedAgain(lines.with(place, line)))).toMatchObject({ ok: false, code: 'tree', line: place + 1 })
  })
})

describe('a log with two histories', () => {
  const fork = new MemoryLog(events.with(99, eventsOf(100, { note: 'of the fork' })[99] ?? events[0]!))

  it('is noticed by a checkpoint of the other one, of any size after they part', async () => {
    const forked = await fork.pack()
    expect(verdict(forked)).toMatchObject({ ok: true })
    for (const anchored of [100, 256, 599, 600]) {
      const result = verifyPack(forked, { ...options, anchors: [log.checkpoint(anchored)] })
      expect(result).toMatchObject({ ok: false, code: 'forked' })
    }
    expect(verifyPack(forked, { ...options, anchors: [log.checkpoint(99)] })).toMatchObject({ ok: true, anchors: 1 })
  })

  it('is noticed by a pack of a part that was made for the anchor', async () => {
    const part = await fork.pack(500, 510, { older: [300] })
    const result = verifyPack(part, { ...options, anchors: [log.checkpoint(300)] })
    expect(result).toMatchObject({ ok: false, code: 'forked' })
  })
})

describe('a log that was rolled back', () => {
  it('is noticed by a checkpoint of what it was', async () => {
    const older = await log.pack(1, 400, { size: 400 })
    expect(verdict(older)).toMatchObject({ ok: true, size: 400 })
    const result = verifyPack(older, { ...options, anchors: [log.checkpoint(200), log.checkpoint(401)] })
    expect(result).toMatchObject({ ok: false, code: 'rolled_back', seq: 401 })
  })
})

it('a checkpoint of another log is none of this one, though the same key signed it', async () => {
  const checkpoint = log.checkpoint(600, 'another.test/log')
  expect(verdict(changed(lines, 0, { checkpoint }))).toMatchObject({ ok: false, code: 'signature' })
})

describe('an anchor', () => {
  it('that cannot be compared is no success', async () => {
    const part = await log.pack(500, 510)
    const result = verifyPack(part, { ...options, anchors: [log.checkpoint(100)] })
    expect(result).toMatchObject({ ok: false, code: 'anchor' })
  })

  it.each([
    ['of another log', new MemoryLog(events, signerOf(1, 'another.test/log')).checkpoint(300)],
    ['of another key', new MemoryLog(events, signerOf(2)).checkpoint(300)],
    ['of another log that has the same key', log.checkpoint(300, 'another.test/log')],
    ['that is none', 'nothing'],
  ])('%s is no success', (_what, anchor) => {
    expect(verifyPack(lines, { ...options, anchors: [anchor] })).toMatchObject({ ok: false, code: 'anchor' })
  })
})

/** The entry with the id and the time of another. */
function relabelled(entry: Uint8Array, other: Uint8Array): Buffer {
  return Buffer.concat([other.subarray(0, 25), entry.subarray(25)])
}
