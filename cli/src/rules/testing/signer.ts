import { createHash, generateKeyPairSync, sign } from 'node:crypto'

// An OpenPGP key of version 4 (RFC 9580 sections 5.2 and 5.5), made anew for each run: enough to sign what tests publish.
const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const created = Math.floor(Date.now() / 1000) - 100

const number = (value: number, bytes: number): Buffer => {
  const buffer = Buffer.alloc(4)
  buffer.writeUInt32BE(value)
  return buffer.subarray(4 - bytes)
}
const packet = (tag: number, body: Buffer): Buffer =>
  Buffer.concat([Buffer.of(0xc0 | tag, 0xff), number(body.length, 4), body])
const subpacket = (type: number, body: Buffer): Buffer => Buffer.concat([Buffer.of(body.length + 1, type), body])

const point = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')
const key = Buffer.concat([Buffer.of(4), number(created, 4), Buffer.of(27), point])
const framed = Buffer.concat([Buffer.of(0x99), number(key.length, 2), key])
const fingerprint = createHash('sha1').update(framed).digest()

function signature(type: number, signed: Buffer): Buffer {
  const hashed = Buffer.concat([
    subpacket(2, number(created + 10, 4)),
    subpacket(27, Buffer.of(0x03)),
    subpacket(33, Buffer.concat([Buffer.of(4), fingerprint])),
  ])
  const head = Buffer.concat([Buffer.of(4, type, 27, 10), number(hashed.length, 2), hashed])
  const digest = createHash('sha512')
    .update(Buffer.concat([signed, head, Buffer.of(4, 0xff), number(head.length, 4)]))
    .digest()
  return packet(2, Buffer.concat([head, number(0, 2), digest.subarray(0, 2), sign(null, digest, privateKey)]))
}

const name = Buffer.from('tests <tests@fixture.example>')

/** Fingerprint of the key that signs. */
export const SIGNER: string = fingerprint.toString('hex').toUpperCase()

/** Its public file, without armor. */
export const signerFile: Buffer = Buffer.concat([
  packet(6, key),
  packet(13, name),
  signature(0x13, Buffer.concat([framed, Buffer.of(0xb4), number(name.length, 4), name])),
])

/** A detached signature of these bytes. */
export const signed = (bytes: Buffer): Buffer => signature(0x00, bytes)
