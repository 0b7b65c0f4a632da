import { createCipheriv, generateKeyPairSync, sign } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { signatureFromDer } from './der.ts'
import { shortNonce } from './gcm-nonce.ts'
import {
  hkdf,
  hmac,
  openAead,
  PrimitiveError,
  sealAead,
  unwrapAes,
  verifyEcdsa,
  verifyEddsa,
  verifyHmac,
  wrapAes,
} from './index.ts'

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const aesKey = fc.constantFrom(16, 24, 32).chain(bytes)

function reasonOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof PrimitiveError) return error.reason
    throw error
  }
  return 'accepted'
}

describe('AEAD', () => {
  test('gives back what was put in, for nonces of any length of AES-GCM', () => {
    fc.assert(
      fc.property(
        aesKey,
        fc.uint8Array({ minLength: 1, maxLength: 300 }),
        fc.uint8Array(),
        fc.uint8Array(),
        (key, nonce, additional, plain) => {
          const input = { algorithm: 'aes-gcm', key, nonce, additional } as const
          const { ciphertext, tag } = sealAead(input, plain)
          expect(openAead(input, ciphertext, tag)).toEqual(Buffer.from(plain))
        },
      ),
    )
  })

  test('a short nonce means what OpenSSL makes of the long one, where OpenSSL takes it', () => {
    const long = fc.uint8Array({ minLength: 13, maxLength: 128 })
    fc.assert(
      fc.property(aesKey, long, (key, nonce) => {
        const by = (each: Uint8Array) => {
          const cipher = createCipheriv(`aes-${(key.length * 8) as 128 | 192 | 256}-gcm`, key, each)
          const body = cipher.update(Buffer.alloc(40))
          cipher.final()
          return Buffer.concat([body, cipher.getAuthTag()])
        }
        expect(by(shortNonce(key, nonce))).toEqual(by(nonce))
      }),
    )
  })

  test('tags are whole, nonces there, keys of a right length', () => {
    const input = {
      algorithm: 'aes-gcm',
      key: Buffer.alloc(16),
      nonce: Buffer.alloc(12),
      additional: Buffer.alloc(0),
    } as const
    const { ciphertext, tag } = sealAead(input, Buffer.from('x'))
    for (const length of [0, 4, 8, 12, 15]) {
      expect(reasonOf(() => openAead(input, ciphertext, tag.subarray(0, length)))).toBe('not_authentic')
    }
    expect(reasonOf(() => openAead(input, ciphertext, Buffer.concat([tag, tag])))).toBe('not_authentic')
    expect(reasonOf(() => sealAead({ ...input, nonce: Buffer.alloc(0) }, tag))).toBe('parameter')
    expect(reasonOf(() => sealAead({ ...input, key: Buffer.alloc(20) }, tag))).toBe('parameter')
    const chacha = { ...input, algorithm: 'chacha20-poly1305', key: Buffer.alloc(32) } as const
    expect(reasonOf(() => sealAead(chacha, tag))).toBe('accepted')
    for (const length of [0, 8, 11, 13]) {
      expect(reasonOf(() => sealAead({ ...chacha, nonce: Buffer.alloc(length) }, tag))).toBe('parameter')
    }
  })
})

describe('key wrap', () => {
  test('gives back the key; any other bytes are refused', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('kw', 'kwp'),
        aesKey,
        fc.integer({ min: 2, max: 8 }).chain((n) => bytes(n * 8)),
        fc.nat(),
        (name, by, key, flip) => {
          const wrapped = wrapAes(name, by, key)
          expect(unwrapAes(name, by, wrapped)).toEqual(Buffer.from(key))
          const bit = flip % (wrapped.length * 8)
          wrapped[bit >> 3] = (wrapped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
          expect(reasonOf(() => unwrapAes(name, by, wrapped))).toBe('not_authentic')
        },
      ),
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (given) => {
        expect(reasonOf(() => unwrapAes('kw', Buffer.alloc(32), given))).toBe('not_authentic')
        expect(reasonOf(() => unwrapAes('kwp', Buffer.alloc(32), given))).toBe('not_authentic')
      }),
    )
  })
})

describe('HMAC and HKDF', () => {
  test('a tag has the length that the verifier expects', () => {
    const [key, message] = [Buffer.from('key'), Buffer.from('message')]
    const tag = hmac('sha256', key, message)
    expect(verifyHmac('sha256', key, message, tag)).toBe(true)
    expect(verifyHmac('sha256', key, message, tag.subarray(0, 16))).toBe(false)
    expect(verifyHmac('sha256', key, message, tag.subarray(0, 16), 16)).toBe(true)
    expect(verifyHmac('sha256', key, message, tag, 16)).toBe(false)
    expect(reasonOf(() => verifyHmac('sha256', key, message, Buffer.alloc(0), 0))).toBe('parameter')
    expect(reasonOf(() => hmac('md5' as 'sha256', key, message))).toBe('parameter')
  })

  test('RFC 5869, test case 1', () => {
    const input = {
      hash: 'sha256',
      secret: Buffer.alloc(22, 0x0b),
      salt: Buffer.from('000102030405060708090a0b0c', 'hex'),
      info: Buffer.from('f0f1f2f3f4f5f6f7f8f9', 'hex'),
    } as const
    expect(hkdf(input, 42).toString('hex')).toBe(
      '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    )
    expect(reasonOf(() => hkdf(input, 255 * 32))).toBe('accepted')
    for (const wrong of [0, -1, 1.5, 255 * 32 + 1]) expect(reasonOf(() => hkdf(input, wrong))).toBe('parameter')
  })
})

describe('signatures', () => {
  const message = Buffer.from('message')
  test.each([
    ['prime256v1', 'sha256'],
    ['secp384r1', 'sha384'],
    ['secp521r1', 'sha512'],
  ] as const)('ECDSA on %s in both encodings, and in no other', (namedCurve, hash) => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve })
    for (let at = 0; at < 20; at++) {
      const der = sign(hash, message, privateKey)
      const plain = sign(hash, message, { key: privateKey, dsaEncoding: 'ieee-p1363' })
      expect(verifyEcdsa(publicKey, hash, 'der', message, der)).toBe(true)
      expect(verifyEcdsa(publicKey, hash, 'p1363', message, plain)).toBe(true)
      expect(verifyEcdsa(publicKey, hash, 'p1363', message, der)).toBe(false)
      expect(verifyEcdsa(publicKey, hash, 'der', message, plain)).toBe(false)
      expect(verifyEcdsa(publicKey, hash, 'der', message, Buffer.concat([der, Buffer.of(0)]))).toBe(false)
      expect(verifyEcdsa(publicKey, hash, 'p1363', message, Buffer.concat([Buffer.of(0, 0), plain]))).toBe(false)
    }
  })

  test('DER: any bytes are read as one signature or as none, and its one encoding is the only one', () => {
    const integer = fc.uint8Array({ minLength: 1, maxLength: 33 }).map((value) => [2, value.length, ...value])
    const likely = fc.tuple(integer, integer).map(([r, s]) => Uint8Array.from([0x30, r.length + s.length, ...r, ...s]))
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 80 }), likely), (given) => {
        const plain = signatureFromDer(given, 32)
        if (plain !== undefined) expect(derOf(plain)).toEqual(Buffer.from(given))
      }),
      { numRuns: 500 },
    )
  })

  test('Ed25519 and Ed448: signatures of their one length, and no key of another kind', () => {
    for (const type of ['ed25519', 'ed448'] as const) {
      const { privateKey, publicKey } = generateKeyPairSync(type as 'ed25519')
      const signature = sign(null, message, privateKey)
      expect(verifyEddsa(publicKey, message, signature)).toBe(true)
      expect(verifyEddsa(publicKey, message, Buffer.concat([signature, Buffer.of(0)]))).toBe(false)
      expect(verifyEddsa(publicKey, message, signature.subarray(1))).toBe(false)
    }
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
    expect(reasonOf(() => verifyEddsa(publicKey, message, Buffer.alloc(64)))).toBe('parameter')
    const { publicKey: rsa } = generateKeyPairSync('ed25519')
    expect(reasonOf(() => verifyEcdsa(rsa, 'sha256', 'der', message, Buffer.alloc(64)))).toBe('parameter')
  })
})

/** The one encoding, written down a second time. */
function derOf(plain: Buffer): Buffer {
  const integer = (half: Buffer): Buffer => {
    let value = half
    while (value.length > 1 && value[0] === 0) value = value.subarray(1)
    if ((value[0] ?? 0) >= 0x80) value = Buffer.concat([Buffer.of(0), value])
    return Buffer.concat([Buffer.of(2, value.length), value])
  }
  const body = Buffer.concat([integer(plain.subarray(0, 32)), integer(plain.subarray(32))])
  return Buffer.concat([Buffer.of(0x30, body.length), body])
}
