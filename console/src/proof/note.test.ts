import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CannotCheck, ProofError } from './error.ts'
import { openCheckpoint, parseCheckpoint, readKey } from './note.ts'
import { makeLog } from './testing/log.ts'

const log = await makeLog(3)
const other = await makeLog(3)
const key = await readKey(log.vkey)

describe('readKey', () => {
  it('reads the example of C2SP signed-note', async () => {
    const example = await readKey('example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k')
    expect(example.name).toBe('example.com/foo')
  })

  it('refuses a key whose id is another, or that is none', async () => {
    const swapped = log.vkey.replace(/\+[\da-f]{8}\+/u, '+00000000+')
    for (const vkey of [swapped, '', 'name', log.vkey.slice(0, -4), log.vkey.replace('holdfast', 'holdfest')]) {
      await expect(readKey(vkey)).rejects.toThrow(ProofError)
    }
  })
})

describe('openCheckpoint', () => {
  it('opens what the key has signed, and passes over what others signed beside', async () => {
    const note = await log.checkpoint(3)
    expect(await openCheckpoint(note, key)).toMatchObject({
      origin: 'holdfast.test/log',
      size: 3,
      root: await log.root(3),
    })
    const cosigned = `${note}\u2014 witness.test AAAAAAAAAAAA\n`
    expect((await openCheckpoint(cosigned, key)).size).toBe(3)
  })

  it('refuses what another key has signed, of another log, or with anything changed', async () => {
    await expect(openCheckpoint(await other.checkpoint(3), key)).rejects.toThrow('has not signed')
    const foreign = await makeLog(1, 'another.test/log')
    await expect(openCheckpoint(await foreign.checkpoint(1), key)).rejects.toThrow('of the log another.test/log')
    const note = await log.checkpoint(3)
    await expect(openCheckpoint(note.replace('\n3\n', '\n2\n'), key)).rejects.toThrow('does not hold')
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: note.length - 1 }), fc.constantFrom('A', '0', '\n', '', ' '), async (at, put) => {
        const changed = note.slice(0, at) + put + note.slice(at + 1)
        fc.pre(changed !== note)
        await expect(openCheckpoint(changed, key)).rejects.toThrow(ProofError)
      }),
    )
  })

  it('says that nothing was proven where the browser knows no Ed25519', async () => {
    const { subtle } = crypto
    const importKey = subtle.importKey.bind(subtle)
    subtle.importKey = async () => await Promise.reject(new DOMException('no such algorithm', 'NotSupportedError'))
    try {
      await expect(openCheckpoint(await log.checkpoint(3), key)).rejects.toThrow(CannotCheck)
    } finally {
      subtle.importKey = importKey
    }
  })
})

describe('parseCheckpoint', () => {
  it('reads a text in one way or refuses it', () => {
    const pieces = fc.constantFrom(
      '\n',
      '\n\n',
      'origin',
      '0',
      '17',
      'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=',
      '\u2014 ',
    )
    fc.assert(
      fc.property(fc.array(pieces), (parts) => {
        try {
          expect(parts.join('')).toContain(`\n${parseCheckpoint(parts.join('')).size}\n`)
        } catch (error) {
          expect(error).toBeInstanceOf(ProofError)
        }
      }),
    )
  })
})
