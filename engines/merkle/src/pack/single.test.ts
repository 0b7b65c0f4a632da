import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inclusionProof } from '../proof/read.ts'
import { verifyInclusion } from '../proof/inclusion.ts'
import { leafHash } from '../hash.ts'
import { parseProof } from '../proof-text.ts'
import { eventsOf, MemoryLog } from '../testing/log.ts'
import { rootOf } from '../tree.ts'
import { formatEventProof, verifyEventProof } from './single.ts'

const log = new MemoryLog(eventsOf(300, { erased: (seq) => seq === 5, closed: (seq) => seq === 6 }))
const { vkey, name } = log.signer

function proofOf(seq: number, size = log.size): string {
  const { entry, opening } = log.events[seq - 1]!
  const hashes = inclusionProof(seq - 1, size, log.read)
  return formatEventProof({ vkey, index: seq - 1, hashes, checkpoint: log.checkpoint(size), entry, opening })
}

describe('the proof of one event', () => {
  it.each([
    [4, { whole: 1, erased: 0, closed: 0 }],
    [5, { whole: 0, erased: 1, closed: 0 }],
    [6, { whole: 0, erased: 0, closed: 1 }],
    [300, { whole: 1, erased: 0, closed: 0 }],
  ])('of event %i says what of it is there', (seq, counts) => {
    const result = verifyEventProof(proofOf(seq), { trustedKeys: [vkey] })
    const root = rootOf(log.tree()).toString('hex')
    const expected = { origin: name, vkey, keyTrusted: true, size: 300, root, from: seq, to: seq, events: 1 }
    expect(result).toEqual({ ok: true, ...expected, ...counts, anchors: 0 })
  })

  it('is one that any verifier of such proofs takes', () => {
    const { extra, index, hashes } = parseProof(proofOf(17))
    const { entry } = JSON.parse(Buffer.from(extra ?? []).toString()) as { entry: string }
    const leaf = leafHash(Buffer.from(entry, 'base64'))
    expect(verifyInclusion({ leaf, index, size: 300, root: rootOf(log.tree()), proof: hashes })).toBe(true)
  })

  it('compares with anchors that are not older', () => {
    const proof = proofOf(17, 200)
    const compare = (anchor: string) => verifyEventProof(proof, { anchors: [anchor] })
    expect(compare(log.checkpoint(200))).toMatchObject({ ok: true, anchors: 1 })
    expect(compare(log.checkpoint(201))).toMatchObject({ ok: false, code: 'rolled_back' })
    expect(compare(log.checkpoint(199))).toMatchObject({ ok: false, code: 'anchor' })
    const fork = new MemoryLog(eventsOf(300, { note: 'of the fork' }))
    expect(compare(fork.checkpoint(200))).toMatchObject({ ok: false, code: 'forked' })
  })

  it('is refused with any bit changed', () => {
    const text = Buffer.from(proofOf(17))
    fc.assert(
      fc.property(fc.nat({ max: text.length - 1 }), fc.nat({ max: 7 }), (at, bit) => {
        const changed = Buffer.from(text)
        changed[at] = (changed[at] ?? 0) ^ (1 << bit)
        expect(verifyEventProof(changed.toString(), { trustedKeys: [vkey] }).ok).toBe(false)
      }),
    )
  })

  it('is verified or refused, whatever it is', () => {
    const extra = fc
      .json()
      .map((json) => proofOf(17).replace(/extra .*/, `extra ${Buffer.from(json).toString('base64')}`))
    fc.assert(
      fc.property(fc.oneof(fc.string(), extra), (text) => {
        expect(verifyEventProof(text)).toMatchObject({ ok: false, line: 1 })
      }),
    )
  })
})
