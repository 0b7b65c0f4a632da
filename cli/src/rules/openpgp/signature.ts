import { constants, createHash, verify } from 'node:crypto'
import { hex, OpenPgpError, Reader } from './bytes.ts'
import { ALGORITHM, bothNumbers, type PublicKey } from './public-key.ts'

/** RFC 9580 section 5.2.1 */
export const TYPE = {
  binary: 0x00,
  certifications: [0x10, 0x11, 0x12, 0x13],
  subkeyBinding: 0x18,
  primaryBinding: 0x19,
  direct: 0x1f,
  keyRevocation: 0x20,
  subkeyRevocation: 0x28,
} as const

export interface Signature {
  readonly type: number
  readonly algorithm: number
  readonly hash: string
  /** What of it is signed, from the version to the last hashed subpacket. */
  readonly head: Uint8Array
  /** The first bytes of the hash: a hint, which must be right. */
  readonly left: Uint8Array
  readonly material: Uint8Array
  /** Seconds since 1970. */
  readonly created: number
  /** Seconds after that; 0: never. */
  readonly expiresAfter: number
  /** Of a binding or certification: when the key expires, seconds after it was made; 0: never. */
  readonly keyExpiresAfter: number
  /** Key flags (RFC 9580 section 5.2.3.29); null: it says nothing of what the key is for. */
  readonly flags: number | null
  /** Whom it names: fingerprint or key id. For finding keys only. */
  readonly issuers: readonly string[]
  /** `0x19`, in a subkey's binding. */
  readonly embedded: Uint8Array | null
}

/** Stronger than what has been broken (RFC 9580 section 9.5); SHA-1 and MD5 prove nothing. */
const hashes: ReadonlyMap<number, string> = new Map([
  [8, 'sha256'],
  [9, 'sha384'],
  [10, 'sha512'],
])

const SUBPACKET = {
  created: 2,
  expires: 3,
  keyExpires: 9,
  issuer: 16,
  flags: 27,
  embedded: 32,
  fingerprint: 33,
} as const
/** Known, and of no consequence here: preferences, notations, where keys are, who may revoke, reasons, features. */
const harmless: ReadonlySet<number> = new Set([4, 5, 6, 7, 11, 12, 20, 21, 22, 23, 24, 25, 26, 28, 29, 30, 31, 34, 35])

interface Subpacket {
  readonly type: number
  readonly body: Uint8Array
}

/**
 * Reads the body of a signature packet (RFC 9580 section 5.2.3): version 4, with a hash that holds.
 * @throws OpenPgpError
 */
export function readSignature(body: Uint8Array): Signature {
  const reader = new Reader(body)
  if (reader.number(1) !== 4) throw new OpenPgpError('Only OpenPGP signatures of version 4 are known here.')
  const type = reader.number(1)
  const algorithm = reader.number(1)
  const hash = hashes.get(reader.number(1))
  if (hash === undefined)
    throw new OpenPgpError('The signature stands on a hash that is not SHA-256, SHA-384 or SHA-512.')
  const hashedBytes = reader.take(reader.number(2))
  const head = body.subarray(0, 6 + hashedBytes.length)
  const hashed = readSubpackets(hashedBytes)
  const free = readSubpackets(reader.take(reader.number(2)))
  const left = reader.take(2)
  const created = only(hashed, SUBPACKET.created)
  if (created === null) throw new OpenPgpError('The signature does not say when it was made.')
  const flags = only(hashed, SUBPACKET.flags)
  const all = [...hashed, ...free]
  return {
    type,
    algorithm,
    hash,
    head,
    left,
    material: reader.rest(),
    created: seconds(created),
    expiresAfter: seconds(only(hashed, SUBPACKET.expires)),
    keyExpiresAfter: seconds(only(hashed, SUBPACKET.keyExpires)),
    flags: flags === null ? null : (flags[0] ?? 0),
    issuers: all.flatMap((each) => issuerOf(each)),
    // It proves itself, wherever it stands.
    embedded: all.find((each) => each.type === SUBPACKET.embedded)?.body ?? null,
  }
}

function issuerOf({ type, body }: Subpacket): string[] {
  if (type === SUBPACKET.issuer) return [hex(body)]
  return type === SUBPACKET.fingerprint && body[0] === 4 ? [hex(body.subarray(1))] : []
}

/** RFC 9580 section 5.2.3.7. One that says it matters and is not known makes the signature void. */
function readSubpackets(bytes: Uint8Array): Subpacket[] {
  const reader = new Reader(bytes)
  const subpackets: Subpacket[] = []
  while (reader.left > 0) {
    const first = reader.number(1)
    const length = first < 192 ? first : first < 255 ? (first - 192) * 256 + reader.number(1) + 192 : reader.number(4)
    if (length === 0) throw new OpenPgpError('A part of the signature has no type.')
    const kind = reader.number(1)
    const type = kind & 0x7f
    const known = harmless.has(type) || (Object.values(SUBPACKET) as number[]).includes(type)
    if (kind > 0x7f && !known) throw new OpenPgpError(`The signature holds what is not known here (${type}).`)
    subpackets.push({ type, body: reader.take(length - 1) })
  }
  return subpackets
}

/** The one of its kind; two would have two readings. */
function only(subpackets: readonly Subpacket[], type: number): Uint8Array | null {
  const found = subpackets.filter((each) => each.type === type)
  if (found.length > 1) throw new OpenPgpError('The signature says a thing twice.')
  return found[0]?.body ?? null
}

function seconds(body: Uint8Array | null): number {
  if (body === null) return 0
  const reader = new Reader(body)
  const number = reader.number(4)
  reader.end()
  return number
}

/**
 * Whether the key made this signature of these bytes (RFC 9580 section 5.2.4). Times and purposes are the caller's.
 * @param parts what is signed, one behind the other
 */
export function isMadeBy(signature: Signature, key: PublicKey, parts: readonly Uint8Array[]): boolean {
  const { head, hash, left } = signature
  if (key.verifies === null || signature.algorithm !== key.algorithm) return false
  const length = Buffer.alloc(4)
  length.writeUInt32BE(head.length)
  const signed = Buffer.concat([...parts, head, Uint8Array.of(4, 0xff), length])
  const digest = createHash(hash).update(signed).digest()
  if (!digest.subarray(0, 2).equals(left)) return false
  return holds(signature, key, signed, digest)
}

function holds({ algorithm, hash, material }: Signature, key: PublicKey, signed: Buffer, digest: Buffer): boolean {
  if (key.verifies === null) return false
  const { numberBytes } = key.verifies
  const reader = new Reader(material)
  switch (algorithm) {
    case ALGORITHM.rsa:
    case ALGORITHM.rsaSignOnly: {
      const bytes = (key.verifies.key.asymmetricKeyDetails?.modulusLength ?? 0) >>> 3
      const number = reader.integer()
      reader.end()
      const whole = Buffer.concat([Buffer.alloc(Math.max(0, bytes - number.length)), number])
      return verify(hash, signed, { key: key.verifies.key, padding: constants.RSA_PKCS1_PADDING }, whole)
    }
    case ALGORITHM.ecdsa:
    case ALGORITHM.eddsaLegacy: {
      const both = bothNumbers(reader.integer(), reader.integer(), numberBytes)
      reader.end()
      if (algorithm === ALGORITHM.eddsaLegacy) return verify(null, digest, key.verifies.key, both)
      return verify(hash, signed, { key: key.verifies.key, dsaEncoding: 'ieee-p1363' }, both)
    }
    case ALGORITHM.ed25519: {
      const both = reader.take(64)
      reader.end()
      return verify(null, digest, key.verifies.key, both)
    }
    default:
      return false
  }
}
