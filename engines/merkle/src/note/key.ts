import { createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto'
import { MerkleError } from '../error.ts'
import { fromBase64 } from '../text.ts'

/** Signs notes. */
export interface Signer {
  readonly name: string
  /** The first four bytes of the hash of name, type and public key. */
  readonly id: number
  /** The verifier key as text: `name+id+key`, what others pin. */
  readonly vkey: string
  sign(text: string): Buffer
}

/** Verifies the signatures of one key. */
export interface Verifier {
  readonly name: string
  readonly id: number
  readonly vkey: string
  verify(text: string, signature: Uint8Array): boolean
}

/** Signature type "Ed25519 as specified by signed-note". */
const ED25519 = 1
const KEY_BYTES = 32
const VKEY = /^([^+]+)\+([\da-f]{8})\+([\w+/=]+)$/
// Unicode spaces, plus and control characters have no place in a name.
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const BAD_NAME = /[\s\u0085+\u0000-\u001f\u007f]/u

/** @param name of the key: for a log, its origin */
export function createSigner(name: string, privateKey: KeyObject): Signer {
  if (!isKeyName(name)) throw new RangeError('The name of a key has no spaces and no plus, and is not empty.')
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new RangeError('Notes are signed with an Ed25519 key.')
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' })
  const { id, vkey } = named(name, Buffer.from(x, 'base64url'))
  return { name, id, vkey, sign: (text) => sign(null, Buffer.from(text), privateKey) }
}

/**
 * The verifier that a text `name+id+key` describes (C2SP signed-note, Verifier keys).
 * @throws MerkleError `key_malformed`, also when it is no Ed25519 key
 */
export function createVerifier(vkey: string): Verifier {
  const [, name = '', id = '', key = ''] = VKEY.exec(vkey) ?? []
  const bytes = fromBase64(key)
  if (!isKeyName(name) || bytes?.length !== 1 + KEY_BYTES || bytes[0] !== ED25519) {
    throw malformed('A verifier key is name+id+key, with an Ed25519 key.')
  }
  const expected = named(name, bytes.subarray(1))
  if (expected.vkey !== vkey) throw malformed(`The id ${id} of the verifier key is not that of its name and key.`)
  const publicKey = createPublicKey({
    format: 'jwk',
    key: { kty: 'OKP', crv: 'Ed25519', x: bytes.subarray(1).toString('base64url') },
  })
  return {
    name,
    id: expected.id,
    vkey,
    verify: (text, signature) => verify(null, Buffer.from(text), publicKey, signature),
  }
}

export function isKeyName(name: string): boolean {
  return name !== '' && !BAD_NAME.test(name) && name.isWellFormed()
}

function named(name: string, publicKey: Uint8Array): { id: number; vkey: string } {
  const key = Buffer.concat([Uint8Array.of(ED25519), publicKey])
  const digest = hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), key]), 'buffer')
  return { id: digest.readUInt32BE(0), vkey: `${name}+${digest.toString('hex', 0, 4)}+${key.toString('base64')}` }
}

function malformed(message: string): MerkleError {
  return new MerkleError('key_malformed', message)
}
