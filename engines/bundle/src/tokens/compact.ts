import { decodeBase64url } from '../base64url.ts'
import { TokenError } from '../errors.ts'
import { type TokenKey, verifySignature } from './algorithms.ts'
import { readPart } from './json.ts'

/** A compact JWS (RFC 7515 section 7.1) that has been taken apart; nothing of it is believed yet. */
export interface Compact {
  readonly header: Readonly<Record<string, unknown>>
  readonly payload: string
  /** Header and payload, as they were signed. */
  readonly input: string
  readonly signature: Buffer
}

/**
 * @param longest characters; more is refused before anything is parsed
 * @param typ the types that are accepted (RFC 8725 section 3.11), compared exactly
 * @throws TokenError
 */
export function readCompact(token: string, longest: number, typ: readonly string[]): Compact {
  if (token.length > longest) throw new TokenError('too_large', `The token is longer than ${longest} characters.`)
  const parts = token.split('.', 4)
  const [head, payload, last] = parts
  if (parts.length !== 3 || head === undefined || payload === undefined || last === undefined) {
    throw new TokenError('malformed', 'A compact JWS has three parts.')
  }
  const header = readPart(head)
  if (typeof header['typ'] !== 'string' || !typ.includes(header['typ'])) {
    throw new TokenError('type', `The token is not a ${typ[0] ?? ''}.`)
  }
  // Whoever does not understand an extension must refuse it (RFC 7515 section 4.1.11), and none is understood here.
  if (Object.hasOwn(header, 'crit')) throw new TokenError('header', 'The header demands an extension.')
  const signature = decodeBase64url(last)
  if (signature === null) throw new TokenError('malformed', 'The signature is not base64url.')
  return { header, payload, input: token.slice(0, token.length - last.length - 1), signature }
}

/** The claims, once the signature has been verified. @throws TokenError */
export function openCompact(
  { header, payload, input, signature }: Compact,
  key: TokenKey,
): Readonly<Record<string, unknown>> {
  if (header['alg'] !== key.alg) throw new TokenError('algorithm', `This key signs with ${key.alg} and nothing else.`)
  if (!verifySignature(key, input, signature)) throw new TokenError('signature', 'The signature does not verify.')
  return readPart(payload)
}
