import { ApplicationId, Reference } from '@holdfast/events'
import { z } from 'zod'
import { checkLifetime, checkSame, parseClaims } from './claims.ts'
import { IDENTITY_LIFETIME, TOKEN_TYPES } from './constants.ts'
import { TokenError } from './errors.ts'
import { type GatewayKey, type KeySet, prepareKeys } from './keys.ts'
import { type SigningKey, signJws, verifyJws } from './jws.ts'

/** What a gateway tells the upstream about the caller of one request. */
export interface IdentityClaims {
  /** `gateway:<service id>` */
  readonly iss: string
  /** The application that the token is for. */
  readonly aud: string
  /** `Person::<id>` or `Service::<id>`; `anonymous` when there is no principal. */
  readonly sub: string
  readonly iat: number
  readonly exp: number
  readonly jti: string
  readonly tenant: string
  /** null on a public path without a session. */
  readonly principal: Reference | null
  /** Id of the session, or null when there is none (a service, or nobody). */
  readonly sid: string | null
  /** When the person proved who they are: seconds since 1970, or null. */
  readonly authTime: number | null
  /** How well, and by which means; null and empty when there is no person. */
  readonly acr: string | null
  readonly amr: readonly string[]
  /** What the client that acts may do at most (RFC 6749 section 3.3); null when the caller came without an access token. */
  readonly scopes: readonly string[] | null
  /** The client to which the caller's access token was issued, or null. */
  readonly client: string | null
}

const ANONYMOUS = 'anonymous'
const LONGEST = 8192
const seconds = z.int().nonnegative()
const text = z.string().min(1).max(256)

export const IdentityClaims: z.ZodType<IdentityClaims> = z.strictObject({
  iss: text,
  aud: ApplicationId,
  sub: z.string().min(1).max(600),
  iat: seconds,
  exp: seconds,
  jti: text,
  tenant: text,
  principal: Reference.nullable(),
  sid: text.nullable(),
  authTime: seconds.nullable(),
  acr: z.string().min(1).max(64).nullable(),
  amr: z.array(z.string().min(1).max(32)).max(16),
  scopes: z.array(z.string().min(1).max(256)).max(100).nullable(),
  client: text.nullable(),
})

export interface NewIdentity {
  /** Id of the gateway's service. */
  readonly gateway: string
  readonly application: string
  readonly tenant: string
  readonly principal: Reference | null
  readonly session: string | null
  readonly authTime: number | null
  readonly acr?: string | null
  readonly amr?: readonly string[]
  readonly scopes?: readonly string[] | null
  readonly client?: string | null
  /** Unique per token. */
  readonly jti: string
  /** Seconds since 1970. */
  readonly now: number
  /** Seconds, at most 60, which is the default. */
  readonly lifetime?: number
}

/**
 * The token for one request, `typ: holdfast-identity+jwt`.
 * @throws TokenError when the claims would be refused by the reader
 */
export function signIdentity(identity: NewIdentity, key: SigningKey): string {
  const {
    gateway,
    application,
    tenant,
    principal,
    session,
    authTime,
    acr = null,
    amr = [],
    scopes = null,
    client = null,
    jti,
    now,
    lifetime = IDENTITY_LIFETIME,
  } = identity
  const iat = Math.floor(now)
  const claims = parseClaims(IdentityClaims, {
    iss: `gateway:${gateway}`,
    aud: application,
    sub: subject(principal),
    iat,
    exp: iat + lifetime,
    jti,
    tenant,
    principal,
    sid: session,
    authTime,
    acr,
    amr,
    scopes,
    client,
  })
  checkLifetime(claims, now, IDENTITY_LIFETIME)
  return signJws(TOKEN_TYPES.identity, claims, key)
}

/** The gateways that an application believes, ready to verify with. */
export interface GatewayKeys {
  readonly keys: KeySet
  /** `kid` to the issuer that this key may speak for. */
  readonly issuers: ReadonlyMap<string, string>
}

export function prepareGatewayKeys(keys: readonly GatewayKey[]): GatewayKeys {
  return { keys: prepareKeys(keys), issuers: new Map(keys.map(({ kid, service }) => [kid, `gateway:${service}`])) }
}

export interface IdentityExpectation {
  readonly gateways: GatewayKeys
  /** The application that reads the token. */
  readonly audience: string
  /** Seconds since 1970. */
  readonly now: number
}

/**
 * Verifies an identity token: signature by a known gateway, that gateway's own name as issuer, this application as audience, at most 60 s
 * of life with 5 s of skew, and a subject that agrees with the principal.
 * @throws TokenError
 */
export function verifyIdentity(token: string, { gateways, audience, now }: IdentityExpectation): IdentityClaims {
  const { kid, claims } = verifyJws(token, { type: TOKEN_TYPES.identity, keys: gateways.keys, longest: LONGEST })
  const identity = parseClaims(IdentityClaims, claims)
  const issuer = gateways.issuers.get(kid)
  if (issuer === undefined || identity.iss !== issuer) {
    throw new TokenError('issuer', 'The issuer is not the gateway whose key signed.')
  }
  checkSame('audience', identity.aud, audience)
  checkLifetime(identity, now, IDENTITY_LIFETIME)
  if (identity.sub !== subject(identity.principal)) throw new TokenError('claims', 'The subject is not the principal.')
  return identity
}

function subject(principal: Reference | null): string {
  return principal === null ? ANONYMOUS : `${principal.type}::${principal.id}`
}
