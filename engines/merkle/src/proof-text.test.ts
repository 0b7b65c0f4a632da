import fc from 'fast-check'
import { expect, it } from 'vitest'
import { MerkleError } from './error.ts'
import { formatProof, isProof, parseProof } from './proof-text.ts'

const hash = 'gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ='
const checkpoint = `example.com/fancylog\n109482\n${hash}\n\n\u2014 example.com/fancylog hI2DJw==\n`

it('has the form of tlog-proof', () => {
  const text = `c2sp.org/tlog-proof@v1\nextra YWdl\nindex 73894\n${hash}\n${hash}\n\n${checkpoint}`
  const bytes = Buffer.from(hash, 'base64')
  const proof = { extra: Buffer.from('age'), index: 73_894, hashes: [bytes, bytes], checkpoint }
  expect(parseProof(text)).toEqual(proof)
  expect(formatProof(proof)).toBe(text)
  expect(isProof(text)).toBe(true)
  const least = `c2sp.org/tlog-proof@v1\nindex 0\n\n${checkpoint}`
  expect(parseProof(least)).toEqual({ extra: undefined, index: 0, hashes: [], checkpoint })
  expect(formatProof(parseProof(least))).toBe(least)
})

it.each([
  '',
  `c2sp.org/tlog-proof@v2\nindex 0\n\n${checkpoint}`,
  `c2sp.org/tlog-proof@v1\n\n${checkpoint}`,
  `c2sp.org/tlog-proof@v1\nindex 00\n\n${checkpoint}`,
  `c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\n${checkpoint}`,
  `c2sp.org/tlog-proof@v1\nextra A\nindex 0\n\n${checkpoint}`,
  `c2sp.org/tlog-proof@v1\nindex 0\nextra AAAA\n\n${checkpoint}`,
  `c2sp.org/tlog-proof@v1\nindex 0\n${`${hash}\n`.repeat(65)}\n${checkpoint}`,
])('refuses what is malformed: %#', (text) => {
  expect(() => parseProof(text)).toThrow(expect.objectContaining({ code: 'proof_malformed' }))
})

it('is read in one way or refused', () => {
  const pieces = fc.constantFrom(
    'c2sp.org/tlog-proof@v1',
    '\n',
    '\n\n',
    'index ',
    'extra ',
    '0',
    '12',
    hash,
    'AAAA',
    ' ',
  )
  const near = fc.array(pieces).map((all) => `c2sp.org/tlog-proof@v1\n${all.join('')}`)
  fc.assert(
    fc.property(fc.oneof(fc.string(), near), (text) => {
      try {
        expect(formatProof(parseProof(text))).toBe(text)
      } catch (error) {
        expect(error).toBeInstanceOf(MerkleError)
      }
    }),
  )
})
