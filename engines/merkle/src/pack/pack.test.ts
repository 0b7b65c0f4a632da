import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { treeHash } from '../testing/definition.ts'
import { eventsOf, MemoryLog, signerOf } from '../testing/log.ts'
import type { ProvenEvent } from './event.ts'
import { planPack } from './plan.ts'
import { verifyPack } from './verify.ts'

const log = new MemoryLog(eventsOf(700, { erased: (seq) => seq % 10 === 0, closed: (seq) => seq % 7 === 0 }))
const { vkey, name } = log.signer

describe('a pack', () => {
  it('of the whole log proves each of its events, and says how much of them is there', async () => {
    const root = treeHash(log.events.map(({ entry }) => entry)).toString('hex')
    expect(verifyPack(await log.pack(), { trustedKeys: [vkey] })).toEqual({
      ok: true,
      origin: name,
      vkey,
      keyTrusted: true,
      size: 700,
      root,
      from: 1,
      to: 700,
      events: 700,
      whole: 540,
      erased: 60,
      closed: 100,
      anchors: 0,
    })
  })

  it('shows what each event said, save what was erased', async () => {
    const seen: ProvenEvent[] = []
    verifyPack(await log.pack(6, 11), { onEvent: (event) => seen.push(event) })
    expect(seen.map(({ seq }) => seq)).toEqual([6, 7, 8, 9, 10, 11])
    expect(seen[0]?.document).toMatchObject({ actor: { user: { name: 'ada@example.org' } }, message: 'event 6 ' })
    expect(seen[1]).toMatchObject({ document: null, entry: { time: 1_700_000_000_007 } })
    expect(seen[4]).toMatchObject({
      document: { actor: { user: { name: '[erased]' } }, src_endpoint: { ip: '[erased]' }, message: 'event 10 ' },
      erased: ['/actor/user/name', '/src_endpoint/ip'],
    })
  })

  it('of any part of a log of any size holds, and compares with any older tree that it was made for', async () => {
    const parts = fc.record({ size: fc.integer({ min: 1, max: 700 }), a: fc.nat(), b: fc.nat(), c: fc.nat() })
    await fc.assert(
      fc.asyncProperty(parts, async ({ size, a, b, c }) => {
        const from = (a % size) + 1
        const to = from + (b % (size - from + 1))
        const older = size === 1 ? [] : [(c % (size - 1)) + 1]
        const lines = await log.pack(from, to, { size, older })
        const anchors = [...older, size].map((each) => log.checkpoint(each))
        const result = verifyPack(lines, { anchors, trustedKeys: [vkey] })
        expect(result).toMatchObject({ ok: true, size, from, to, events: to - from + 1, anchors: anchors.length })
      }),
      { numRuns: 40 },
    )
  })

  it('of the whole log compares with older trees without having been made for them', async () => {
    const anchors = Array.from({ length: 51 }, (_, at) => log.checkpoint(at * 14))
    expect(verifyPack(await log.pack(), { anchors })).toMatchObject({ ok: true, anchors: 51 })
  })

  it('says when only the pack itself vouches for its key', async () => {
    const own = new MemoryLog(log.events, signerOf(2))
    const lines = await own.pack()
    expect(verifyPack(lines)).toMatchObject({ ok: true, keyTrusted: false, vkey: own.signer.vkey })
    expect(verifyPack(lines, { trustedKeys: [vkey] })).toMatchObject({ ok: false, code: 'key', line: 1 })
  })

  it('is held to a key that is known of its log, and to none of another log', async () => {
    const lines = await log.pack(1, 2)
    const [another, successor] = [signerOf(3, 'another.test/log'), signerOf(2)]
    const known = (...knownKeys: string[]) => verifyPack(lines, { knownKeys })
    expect(known(another.vkey, vkey)).toMatchObject({ ok: true, keyTrusted: true })
    expect(known(another.vkey)).toMatchObject({ ok: true, keyTrusted: false })
    expect(known(another.vkey, successor.vkey)).toMatchObject({ ok: false, code: 'key' })
  })

  it('takes anchors that an earlier key of the log signed, when that is known', async () => {
    const successor = new MemoryLog(log.events, signerOf(2))
    const options = { anchors: [log.checkpoint(300)], trustedKeys: [vkey, successor.signer.vkey] }
    expect(verifyPack(await successor.pack(), options)).toMatchObject({ ok: true, anchors: 1 })
    const alone = { ...options, trustedKeys: [successor.signer.vkey] }
    expect(verifyPack(await successor.pack(), alone)).toMatchObject({ ok: false, code: 'anchor' })
  })

  it('is not made of what is not there', async () => {
    await expect(log.pack(0, 1)).rejects.toThrow(RangeError)
    await expect(log.pack(5, 4)).rejects.toThrow(RangeError)
    await expect(log.pack(1, 701)).rejects.toThrow(RangeError)
    await expect(log.pack(1, 1, { older: [700] })).rejects.toThrow(RangeError)
    await expect(log.pack(1, 1, { older: [5, 5] })).rejects.toThrow(RangeError)
  })
})

it('planning takes no time for what is not asked for, however much a pack claims to hold', () => {
  const steps = planPack({ from: 1, to: 2 ** 53 - 1, size: 2 ** 53 - 1, older: [2 ** 52] })
  const first = Array.from({ length: 30 }, () => steps.next().value)
  expect(first).toContainEqual({ kind: 'events', leaves: { level: 0, index: 0, width: 256 }, from: 1, to: 256 })
})
