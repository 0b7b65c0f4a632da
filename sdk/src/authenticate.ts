import { type AccessToken, isAcr, levelOf, TokenError, verifyIdentity } from '@holdfast/bundle'
import { type Edge, EdgeError } from './edge/index.ts'
import { HoldfastError } from './errors.ts'
import { isForeign } from './foreign.ts'
import { isKnown, type Knowledge, type Prepared } from './decisions/knowledge.ts'
import { presented } from './presented.ts'
import { isActor, type Principal, type PrincipalReference, type Way } from './principal.ts'
import type { Unmet } from './demands.ts'
import type { Refusals } from './refusals.ts'
import { principalOf, type TokenReader } from './token.ts'
import {
  type HeaderFields,
  readHeaders,
  type RequestInfo,
  requestInfo,
  type RequestLike,
  type RequestMemory,
} from './request.ts'

export interface AuthenticateOptions {
  /** A request that presents nothing (or is anonymous by the gateway's word) gives null; one that presents something wrong is refused. */
  readonly optional?: boolean
}

export interface Authenticator {
  readonly authenticate: (request: RequestLike, options?: AuthenticateOptions) => Promise<Principal | null>
  /** Where the request came from, as far as that can be believed: what a gateway says of it only after `authenticate` found it to be one's. */
  readonly describe: (request: RequestLike) => RequestInfo
  /**
   * Looks before the guard does: what is found, the refusal too, is what `authenticate` answers next for this request.
   * @returns null for `info` where the request did not verifiably come through a gateway
   */
  readonly early: (request: IncomingRequest) => Promise<{ principal: Principal | null; info: RequestInfo | null }>
}

type IncomingRequest = RequestLike & { readonly rawHeaders: readonly string[] }

export interface AuthenticatorOptions {
  readonly edge: Pick<Edge<Prepared>, 'isRevoked' | 'demanded' | 'introspect' | 'reached' | 'through'> & {
    current(): Knowledge | null
  }
  readonly tokens: TokenReader
  readonly application: string
  readonly accept: readonly Way[]
  readonly refusals: Refusals
  readonly memory: RequestMemory
  /** Milliseconds since 1970. */
  readonly now: () => number
}

type Found = Omit<Principal, 'via' | 'type'> & { readonly type: string }

/** How long somebody who is not known here yet is waited for, when the token says that more has happened than is known. */
const NEWS_WITHIN = 3_000

/**
 * Tries the accepted ways in order. The first that the request presents decides, well or ill: there is no falling back to another.
 */
export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { edge, accept, refusals, memory, tokens } = options
  // By Node's list of header fields: adapters wrap the request, and the list stays the same.
  const verified = new WeakMap<object, RequestInfo>()
  const looked = new WeakMap<object, Promise<Principal | null>>()
  const keyOf = (request: RequestLike): object => request.rawHeaders ?? request

  async function authenticate(request: RequestLike, options: AuthenticateOptions = {}) {
    const known = looked.get(keyOf(request))
    looked.delete(keyOf(request))
    const principal = known === undefined ? null : await known
    if (principal === null) return look(request, options)
    return accepted(principal, principal.via, memory.recall(principal), memory.schemeOf(principal))
  }

  async function early(request: IncomingRequest) {
    const looking = look(request, { optional: true })
    looked.set(request.rawHeaders, looking)
    const principal = await looking.catch((error: unknown) => {
      if (error instanceof HoldfastError) return null
      throw error
    })
    return { principal, info: verified.get(request.rawHeaders) ?? null }
  }

  async function look(request: RequestLike, { optional = false }: AuthenticateOptions) {
    verified.delete(keyOf(request))
    const fields = readHeaders(request)
    const info = requestInfo(request, fields, false)
    const knowledge = edge.current()
    if (knowledge === null) throw refusals.policyUnavailable(info)
    const offer = firstOffer(accept, fields)
    if (offer === null) return nobody(optional, 'credential_missing', missing(accept), info)
    const { way, credential } = offer
    if (credential.kind === 'refused') throw refusals.unauthenticated(credential.reason, credential.detail, info)
    if (way === 'session' && isForeign(request, fields)) throw refusals.crossSite(info)
    if (credential.kind === 'token') {
      const { scheme, value: token } = credential
      const claims = tokens.read({ scheme, token }, { request, fields, knowledge, info })
      await catchUp(claims)
      return accepted(principalOf(claims), 'token', info, scheme)
    }
    const found =
      way === 'identity'
        ? fromIdentity(credential.value, knowledge, info)
        : await fromCredential(credential.value, way, info)
    // Only now, and only with the identity of a gateway, is what else the gateway says its word.
    const known = way === 'identity' ? requestInfo(request, fields, true) : info
    if (way === 'identity') verified.set(keyOf(request), known)
    if (found === null) return nobody(optional, 'anonymous', 'This needs somebody who is signed in.', known)
    return accepted(found, way, known)
  }

  function nobody(optional: boolean, reason: string, detail: string, info: RequestInfo): null {
    if (optional) return null
    throw refusals.unauthenticated(reason, detail, info)
  }

  function fromIdentity(token: string, { gateways, tenant }: Knowledge, info: RequestInfo): Found | null {
    const { application, now } = options
    try {
      const claims = verifyIdentity(token, { gateways, audience: application, now: now() / 1000 })
      if (claims.tenant !== tenant) throw new TokenError('claims', 'The token is for another tenant.')
      if (claims.principal === null) return null
      const { sid: session, authTime, acr, amr, scopes, client } = claims
      return { ...claims.principal, session, authTime, acr, amr, scopes, client }
    } catch (error) {
      if (!(error instanceof TokenError)) throw error
      const detail = 'The identity that came with the request does not hold.'
      throw refusals.unauthenticated(`identity_${error.code}`, detail, info)
    }
  }

  async function fromCredential(credential: string, way: Way, info: RequestInfo): Promise<Found> {
    const answer = await edge.introspect(credential, options.application).catch((error: unknown) => {
      if (!(error instanceof EdgeError)) throw error
      throw refusals.introspectionUnavailable(error.code, info)
    })
    if (!answer.active) {
      if (answer.reason === INSUFFICIENT && answer.acr !== undefined)
        throw refusals.unmet(null, stepUpTo(answer.acr), 'Bearer', info)
      const detail = way === 'session' ? 'The session has ended. Sign in again.' : 'The bearer does not hold.'
      throw refusals.unauthenticated(stableCode(answer.reason), detail, info)
    }
    const { principal, session, authTime, acr, amr } = answer
    return { ...principal, session, authTime, acr, amr, scopes: null, client: null }
  }

  /** Asked anew: while a credential was introspected, the session may have ended and the bundle changed. */
  function accepted(found: Found, via: Principal['via'], info: RequestInfo, scheme?: 'Bearer' | 'DPoP'): Principal {
    const knowledge = edge.current()
    if (knowledge === null) throw refusals.policyUnavailable(info)
    if (edge.isRevoked(found.session)) {
      throw refusals.unauthenticated('session_ended', 'The session has ended. Sign in again.', info)
    }
    const { type, id, session, acr } = found
    if (!isActor(type) || !isKnown(knowledge, { type, id } satisfies PrincipalReference)) {
      throw refusals.unauthenticated('principal_unknown', 'The account is not known here, or is disabled.', info)
    }
    const principal: Principal = Object.freeze({ ...found, type, via })
    memory.remember(principal, info, scheme)
    const demanded = edge.demanded(session)
    if (levelOf(demanded) > levelOf(acr)) throw refusals.unmet(principal, stepUpTo(demanded), scheme ?? 'Bearer', info)
    return principal
  }

  /** Somebody who was made, or enabled again, a moment ago has a token already, and the bundle may still be on its way. */
  async function catchUp({ principal_type: type, sub: id, epoch }: AccessToken): Promise<void> {
    const knowledge = edge.current()
    if (knowledge === null || epoch === null || epoch <= edge.through || isKnown(knowledge, { type, id })) return
    await edge.reached(epoch, NEWS_WITHIN)
  }

  return {
    authenticate,
    early,
    describe: (request) => verified.get(keyOf(request)) ?? requestInfo(request, readHeaders(request), false),
  }
}

function firstOffer(accept: readonly Way[], fields: HeaderFields) {
  for (const way of accept) {
    const credential = presented(way, fields)
    if (credential.kind !== 'nothing') return { way, credential }
  }
  return null
}

const INSUFFICIENT = 'insufficient_user_authentication'

function stepUpTo(acr: string | null): Unmet {
  return { code: INSUFFICIENT, stepUp: acr !== null && isAcr(acr) ? { acr } : {} }
}

function missing(accept: readonly Way[]): string {
  return accept.includes('session') || accept.includes('bearer')
    ? 'Nobody is signed in.'
    : 'The request did not come through the gateway: it carries no identity.'
}

function stableCode(reason: string): string {
  return /^[a-z0-9_.-]{1,64}$/.test(reason) ? reason : 'credential_inactive'
}
