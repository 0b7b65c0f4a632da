import { type KeyObject, sign, verify } from 'node:crypto'
import { decodeBase64url, encodeBase64url } from './base64url.ts'
import { TokenError } from './errors.ts'
import type { KeySet } from './keys.ts'

/** The private key to sign with and the name by which verifiers know its public half. */
export interface SigningKey {
  readonly kid: string
  readonly key: KeyObject
}

export interface VerifyOptions {
  /** The only `typ` that is accepted, compared exactly. */
  readonly type: string
  readonly keys: KeySet
  /** Characters of the whole compact form; more is refused before anything is parsed. */
  readonly longest: number
}

export interface Verified {
  readonly kid: string
  /** The payload, an object; its shape is still unchecked. */
  readonly claims: Readonly<Record<string, unknown>>
}

const HEADER_LONGEST = 512
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Compact JWS over JSON claims: RFC 7515 section 7.1 with EdDSA over Ed25519 (RFC 8037 section 3.1).
 * Deterministic: the same claims and key give the same token.
 */
export function signJws(type: string, claims: object, { kid, key }: SigningKey): string {
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('Only Ed25519 keys sign.')
  const header = encodeBase64url(JSON.stringify({ alg: 'EdDSA', typ: type, kid }))
  const input = `${header}.${encodeBase64url(JSON.stringify(claims))}`
  return `${input}.${sign(null, Buffer.from(input), key).toString('base64url')}`
}

/**
 * Verifies a compact JWS that `signJws` could have made. Stricter than RFC 7515 allows to be: the header holds exactly `alg`, `typ` and
 * `kid`, each once and without white space; the algorithm is a constant, never the sender's choice (RFC 8725 section 3.1); `crit`,
 * `jwk`, `jku`, `x5c` and whatever else are refused because they are not those three.
 * @throws TokenError
 */
export function verifyJws(token: string, { type, keys, longest }: VerifyOptions): Verified {
  if (token.length > longest) throw new TokenError('too_large', `The token is longer than ${longest} characters.`)
  const parts = token.split('.', 4)
  const [header, payload, signature] = parts
  if (parts.length !== 3 || header === undefined || payload === undefined || signature === undefined) {
    throw new TokenError('malformed', 'A compact JWS has three parts.')
  }
  const kid = checkHeader(header, type)
  const key = keys.get(kid)
  if (key === undefined) throw new TokenError('key_unknown', 'The token is signed with a key that is not known here.')
  const bytes = decodeBase64url(signature)
  if (bytes === null) throw new TokenError('malformed', 'The signature is not base64url.')
  if (!verify(null, Buffer.from(`${header}.${payload}`), key, bytes)) {
    throw new TokenError('signature', 'The signature does not verify.')
  }
  return { kid, claims: parsePart(payload).value }
}

function checkHeader(part: string, type: string): string {
  if (part.length > HEADER_LONGEST) throw new TokenError('header', 'The header is too long.')
  const { text, value } = parsePart(part)
  if (value['alg'] !== 'EdDSA') throw new TokenError('algorithm', 'Only EdDSA is accepted.')
  if (value['typ'] !== type) throw new TokenError('type', `The token is not a ${type}.`)
  const { kid } = value
  if (typeof kid !== 'string') throw new TokenError('header', 'The header has no kid.')
  // Names must be unique (RFC 7515 section 4). A header that was written differently from how we would write it has repeated names,
  // white space, escapes or a __proto__: none of them is ours.
  if (Object.keys(value).length !== 3 || JSON.stringify(value) !== text) {
    throw new TokenError('header', 'The header holds more than alg, typ and kid.')
  }
  return kid
}

function parsePart(part: string): { text: string; value: Record<string, unknown> } {
  const bytes = decodeBase64url(part)
  if (bytes === null) throw new TokenError('malformed', 'A part is not base64url.')
  try {
    const text = decoder.decode(bytes)
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return { text, value: value as Record<string, unknown> }
    }
  } catch {
    // Falls through: not UTF-8 or not JSON is the same refusal as not an object.
  }
  throw new TokenError('malformed', 'A part is not a JSON object.')
}
