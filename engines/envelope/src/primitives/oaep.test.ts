import { constants, createHash, generateKeyPairSync, publicEncrypt } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { decryptOaep, type HashName, PrimitiveError } from './index.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const label = Buffer.from('label')
const message = Buffer.from('message')

/** RFC 8017, section 7.1.1, step 2, with a seed of zeros. */
function encoded(hash: HashName, maskHash: HashName): Buffer {
  const labelHash = createHash(hash).update(label).digest()
  const block = Buffer.alloc(256 - 1 - labelHash.length)
  labelHash.copy(block)
  block[block.length - message.length - 1] = 1
  message.copy(block, block.length - message.length)
  const seed = Buffer.alloc(labelHash.length)
  const mask = (into: Buffer, from: Buffer) => {
    for (let at = 0, counter = Buffer.alloc(4); at < into.length; at++) {
      const length = createHash(maskHash).digest().length
      counter.writeUInt32BE(Math.floor(at / length))
      into[at] = (into[at] ?? 0) ^ (createHash(maskHash).update(from).update(counter).digest()[at % length] ?? 0)
    }
  }
  mask(block, seed)
  mask(seed, block)
  return Buffer.concat([Buffer.of(0), seed, block])
}

const raw = (bytes: Buffer) => publicEncrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, bytes)

let mixed: Buffer
beforeAll(() => {
  mixed = encoded('sha256', 'sha1')
})

test('what others encrypt is decrypted, with one hash and with two', () => {
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  const one = publicEncrypt({ key: publicKey, padding, oaepHash: 'sha256', oaepLabel: label }, message)
  expect(decryptOaep({ key: privateKey, hash: 'sha256', label }, one)).toEqual(message)
  // Our own way to take the padding off reads what OpenSSL reads, when the mask is said to be the same.
  expect(decryptOaep({ key: privateKey, hash: 'sha256', label }, raw(encoded('sha256', 'sha256')))).toEqual(message)
  expect(decryptOaep({ key: privateKey, hash: 'sha256', maskHash: 'sha1', label }, raw(mixed))).toEqual(message)
})

test('everything that is wrong is refused in one way', () => {
  const input = { key: privateKey, hash: 'sha256', maskHash: 'sha1', label } as const
  const refused = (bytes: Buffer, more: Partial<typeof input> & { label?: Buffer } = {}) =>
    expect(() => decryptOaep({ ...input, ...more }, bytes)).toThrow(
      expect.objectContaining({ reason: 'not_authentic', message: 'it was changed, or made with another key' }),
    )
  // A bit of the first byte, of the seed, of the label's hash, of the padding: each kind of damage, many of each.
  for (let byte = 0; byte < 220; byte += 7) {
    const changed = Buffer.from(mixed)
    changed[byte] = (changed[byte] ?? 0) ^ 1
    refused(raw(changed))
  }
  refused(raw(mixed), { label: Buffer.from('other') })
  refused(raw(mixed), { label: Buffer.alloc(0) })
  refused(raw(Buffer.alloc(256)))
  refused(Buffer.alloc(256, 0xff))
  refused(raw(mixed).subarray(1))
  refused(Buffer.concat([Buffer.of(0), raw(mixed)]))
  refused(raw(mixed), { maskHash: 'sha256' as 'sha1' })
})

test('a key that is too short or of another kind is the mistake of the caller', () => {
  const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
  const other = generateKeyPairSync('ed25519').privateKey
  for (const key of [small, other, publicKey]) {
    expect(() => decryptOaep({ key, hash: 'sha256', label }, Buffer.alloc(128))).toThrow(PrimitiveError)
  }
})
