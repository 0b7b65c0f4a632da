import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import { hex, OpenPgpError, padded, Reader } from './bytes.ts'

/** RFC 9580 section 9.1 */
export const ALGORITHM = { rsa: 1, rsaSignOnly: 3, ecdsa: 19, eddsaLegacy: 22, ed25519: 27 } as const

export interface PublicKey {
  /** The packet's. */
  readonly body: Uint8Array
  /** 40 hexadecimal digits (RFC 9580 section 5.5.4). */
  readonly fingerprint: string
  readonly algorithm: number
  /** Seconds since 1970. */
  readonly created: number
  /** What verifies; null: the key is for something else, or of a kind that is not trusted here. */
  readonly verifies: Verifies | null
}

export interface Verifies {
  readonly key: KeyObject
  /** Of ECDSA: bytes of each of the two numbers of a signature. */
  readonly numberBytes: number
}

const shortestRsa = 2048

/** By the identifier of the curve (RFC 9580 section 9.2). */
const curves: ReadonlyMap<string, readonly [name: string, bytes: number]> = new Map([
  ['2A8648CE3D030107', ['P-256', 32]],
  ['2B81040022', ['P-384', 48]],
  ['2B81040023', ['P-521', 66]],
])
const ed25519Legacy = '2B06010401DA470F01'

/**
 * Reads the body of a public key packet (RFC 9580 section 5.5.2.2): version 4.
 * @throws OpenPgpError
 */
export function readPublicKey(body: Uint8Array): PublicKey {
  const reader = new Reader(body)
  if (reader.number(1) !== 4) throw new OpenPgpError('Only OpenPGP keys of version 4 are known here.')
  const created = reader.number(4)
  const algorithm = reader.number(1)
  const fingerprint = hex(createHash('sha1').update(framed(body)).digest())
  return { body, fingerprint, algorithm, created, verifies: readMaterial(algorithm, reader) }
}

/** A key as it goes into a hash (RFC 9580 section 5.2.4). */
export function framed(body: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of(0x99, body.length >>> 8, body.length & 0xff), body])
}

function readMaterial(algorithm: number, reader: Reader): Verifies | null {
  switch (algorithm) {
    case ALGORITHM.rsa:
    case ALGORITHM.rsaSignOnly: {
      const n = reader.integer()
      const e = reader.integer()
      reader.end()
      return n.length * 8 < shortestRsa ? null : imported({ kty: 'RSA', n: url(n), e: url(e) }, 0)
    }
    case ALGORITHM.ecdsa: {
      const curve = curves.get(hex(reader.take(reader.number(1))))
      const point = reader.integer()
      reader.end()
      if (curve === undefined) return null
      const [crv, bytes] = curve
      if (point[0] !== 4 || point.length !== 1 + 2 * bytes) throw new OpenPgpError('An OpenPGP key has no point.')
      return imported(
        { kty: 'EC', crv, x: url(point.subarray(1, 1 + bytes)), y: url(point.subarray(1 + bytes)) },
        bytes,
      )
    }
    case ALGORITHM.eddsaLegacy: {
      const curve = hex(reader.take(reader.number(1)))
      const point = reader.integer()
      reader.end()
      if (curve !== ed25519Legacy) return null
      if (point[0] !== 0x40 || point.length !== 33) throw new OpenPgpError('An OpenPGP key has no point.')
      return imported({ kty: 'OKP', crv: 'Ed25519', x: url(point.subarray(1)) }, 32)
    }
    case ALGORITHM.ed25519: {
      const x = reader.take(32)
      reader.end()
      return imported({ kty: 'OKP', crv: 'Ed25519', x: url(x) }, 32)
    }
    default:
      return null
  }
}

const url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')

function imported(key: Readonly<Record<string, string>>, numberBytes: number): Verifies {
  try {
    return { key: createPublicKey({ key, format: 'jwk' }), numberBytes }
  } catch (cause) {
    throw new OpenPgpError('An OpenPGP key is none.', { cause })
  }
}

/** The two numbers of a signature, one behind the other. */
export function bothNumbers(first: Uint8Array, second: Uint8Array, bytes: number): Uint8Array {
  return Buffer.concat([padded(first, bytes), padded(second, bytes)])
}
