import { z } from 'zod'
import { checkLifetime, checkSame, parseClaims } from '../claims.ts'
import { CLOCK_SKEW } from '../constants.ts'
import { TokenError } from '../errors.ts'
import { type TokenJwk, type TokenKeys, TokenJwk as TokenJwkSchema } from './algorithms.ts'
import { openCompact, readCompact } from './compact.ts'
import { readPart } from './json.ts'

/** `typ` of an access token (RFC 9068 section 2.1); section 4 lets it be written with or without its prefix. */
const TYPES = ['at+jwt', 'application/at+jwt']
/** Characters. Header fields of 8 KiB are what servers commonly take. */
export const ACCESS_TOKEN_LONGEST = 8192 as const

/** Characters of the scope of an access token, and scopes in it: whoever asks for more is refused where tokens are made. */
export const SCOPE_LONGEST = 4096 as const
export const SCOPES_MOST = 100 as const
/** Seconds; a revocation needs to be remembered for no longer. */
export const ACCESS_TOKEN_LIFETIME = 300 as const

/** Who signs access tokens: in every bundle. The next key is among them before it signs, and one that was compromised no more. */
export interface TokenTrust {
  /** The authorization server's issuer identifier. */
  readonly issuer: string
  readonly keys: readonly TokenJwk[]
}

export const TokenTrust: z.ZodType<TokenTrust> = z.object({
  issuer: z.string().min(1).max(2048),
  keys: z.array(TokenJwkSchema).max(100),
})

/** To what a token is bound (RFC 7800): the thumbprint of a DPoP key, or of a client certificate. */
export interface Confirmation {
  readonly jkt?: string | undefined
  readonly 'x5t#S256'?: string | undefined
}

/** The claims of an access token (RFC 9068 section 2.2) that has been verified. Times are seconds since 1970. */
export interface AccessToken {
  readonly iss: string
  readonly aud: readonly string[]
  /** Id of the principal in the directory. */
  readonly sub: string
  readonly principal_type: 'Person' | 'Service'
  readonly client_id: string
  readonly iat: number
  readonly exp: number
  readonly jti: string
  /** What the client may do at most; empty when nothing was granted. */
  readonly scopes: readonly string[]
  /** The session that it ends with; null for a service, and for access of a client that outlives the sign-in. It ends by its `jti` then. */
  readonly sid: string | null
  readonly auth_time: number | null
  readonly acr: string | null
  readonly amr: readonly string[]
  /** The tenant's epoch when it was issued. */
  readonly epoch: number | null
  /** Null for a bearer token. */
  readonly cnf: Confirmation | null
}

const text = z.string().min(1).max(256)
const uri = z.string().min(1).max(2048)
const seconds = z.int().nonnegative()
const thumbprint = z.string().regex(/^[A-Za-z0-9_-]{43}$/)

const scopeName = String.raw`[\x21\x23-\x5b\x5d-\x7e]{1,256}`
const scopes = new RegExp(`^(?:${scopeName}(?: ${scopeName}){0,${SCOPES_MOST - 1}})?$`)

const Claims = z.object({
  iss: uri,
  aud: z.union([uri, z.array(uri).min(1).max(20)]),
  sub: text,
  principal_type: z.enum(['Person', 'Service']),
  client_id: text,
  iat: seconds,
  exp: seconds,
  nbf: seconds.optional(),
  jti: text,
  // RFC 6749 section 3.3
  scope: z.string().max(SCOPE_LONGEST).regex(scopes).optional(),
  sid: text.optional(),
  auth_time: seconds.optional(),
  acr: z.string().min(1).max(64).optional(),
  amr: z.array(z.string().min(1).max(32)).max(16).optional(),
  epoch: seconds.optional(),
  // A way of binding that is not known here cannot be checked, and must not be passed over.
  cnf: z
    .strictObject({ jkt: thumbprint.optional(), 'x5t#S256': thumbprint.optional() })
    .refine((cnf) => cnf.jkt !== undefined || cnf['x5t#S256'] !== undefined)
    .optional(),
})

export interface AccessTokenExpectation {
  readonly keys: TokenKeys
  readonly issuer: string
  /** By which names this application, and nobody else, is called in `aud`. */
  readonly audiences: ReadonlySet<string>
  /** Seconds since 1970. */
  readonly now: number
}

export interface VerifiedAccessToken {
  readonly kid: string
  readonly claims: AccessToken
}

/**
 * Verifies an access token as RFC 9068 section 4 wants it, and stricter: the key is one of those given, found by `kid` alone; it says the
 * algorithm; `jwk`, `jku`, `x5c` and `x5u` of the header are not looked at; names are unique; what is not in its one encoding is refused.
 * @throws TokenError
 */
export function verifyAccessToken(token: string, expected: AccessTokenExpectation): VerifiedAccessToken {
  const compact = readCompact(token, ACCESS_TOKEN_LONGEST, TYPES)
  const { kid } = compact.header
  const key = typeof kid === 'string' ? expected.keys.get(kid) : undefined
  if (typeof kid !== 'string' || key === undefined) {
    throw new TokenError('key_unknown', 'The token is signed with a key that is not known here.')
  }
  const { scope = '', aud, nbf = 0, ...rest } = parseClaims(Claims, openCompact(compact, key))
  if (nbf > expected.now + CLOCK_SKEW) throw new TokenError('not_yet_valid', 'The token does not hold yet.')
  const { sid = null, auth_time = null, acr = null, amr = [], epoch = null, cnf = null } = rest
  const claims: AccessToken = {
    ...rest,
    aud: typeof aud === 'string' ? [aud] : aud,
    scopes: scope === '' ? [] : scope.split(' '),
    sid,
    auth_time,
    acr,
    amr,
    epoch,
    cnf,
  }
  // A person's token must hang on something that ends: a sign-out must end it as well.
  checkAccessToken(claims, expected)
  return { kid, claims }
}

/** What may have changed since a token was verified, all but its signature and its form. @throws TokenError */
export function checkAccessToken(
  claims: AccessToken,
  { issuer, audiences, now }: Omit<AccessTokenExpectation, 'keys'>,
): void {
  checkSame('issuer', claims.iss, issuer)
  if (!claims.aud.some((audience) => audiences.has(audience))) {
    throw new TokenError('audience', 'The token is for another application.')
  }
  checkLifetime(claims, now, ACCESS_TOKEN_LIFETIME)
}

/**
 * Whether this claims to be an access token of the issuer. Nothing is verified: it tells what is ours to refuse from what is not ours to
 * read.
 */
export function claimsToBeOf(token: string, issuer: string): boolean {
  if (token.length > ACCESS_TOKEN_LONGEST) return false
  try {
    const [head = '', payload = ''] = token.split('.', 2)
    const { typ } = readPart(head)
    return typeof typ === 'string' && TYPES.includes(typ) && readPart(payload)['iss'] === issuer
  } catch {
    return false
  }
}
