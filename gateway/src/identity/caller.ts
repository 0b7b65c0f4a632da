import type { IncomingMessage } from 'node:http'
import { type AccessToken, type ActiveCredential, type IntrospectResponse, levelOf } from '@holdfast/bundle'
import { admit, type Edge, EdgeError, peerCertificate, type Possession, TokenRefused } from '@holdfast/sdk/edge'
import type { GatewayBundle } from '@holdfast/bundle'
import type { RequestHead } from '@holdfast/sdk/edge/guard'
import type { Route } from '../routing/table.ts'
import type { Ground, Standing } from '../standing.ts'
import type { Presented } from './credential.ts'

/** Who asks, as one credential at one application tells it. */
export interface Caller extends ActiveCredential {
  /** Of an access token, what the client was granted; else null. */
  readonly scopes: readonly string[] | null
  readonly client: string | null
  /** Id of the access token (`jti`), or null. */
  readonly token: string | null
}

/** What came of a credential. */
export type Identified =
  | { readonly kind: 'caller'; readonly caller: Caller }
  /** It does not hold, or no longer. */
  | { readonly kind: 'ended' }
  /** The session holds, and must show more. */
  | { readonly kind: 'insufficient'; readonly acr: string | null }
  | { readonly kind: 'refused'; readonly why: TokenRefused }

/** A request as far as it must be known to say whose it is. */
export interface Shown {
  readonly request: IncomingMessage
  readonly head: RequestHead
  readonly route: Route
  readonly ground: Ground
}

export interface CallersOptions {
  readonly edge: Pick<Edge<GatewayBundle>, 'introspect' | 'remembered' | 'isRevoked' | 'demanded' | 'verifyToken'>
  readonly possession: Possession
  readonly standing: Standing
  /** Sessions that were ended here a moment ago; the feed may not have said so yet. */
  readonly hasEnded: (session: string | null) => boolean
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Milliseconds after which it is asked anew whether what runs on a credential may go on. */
export const recheckMs = 2000
const ended: Identified = { kind: 'ended' }

/** Finds out who asks: sessions and keys by introspection, access tokens by their signature, here. */
export class Callers {
  private readonly options: CallersOptions
  /** One for each token, so that one identity token serves many requests on it. */
  private readonly byToken = new WeakMap<AccessToken, Caller>()
  private readonly byAnswer = new WeakMap<ActiveCredential, Caller>()

  constructor(options: CallersOptions) {
    this.options = options
  }

  /**
   * At once where that is known.
   * @throws EdgeError when the control plane cannot say
   */
  identify(presented: Presented, shown: Shown): Identified | Promise<Identified> {
    if (presented.by === 'token') return this.ofToken(presented, shown)
    const { edge } = this.options
    const { credential } = presented
    const { application } = shown.route
    const remembered = edge.remembered(credential, application)
    if (remembered !== null) return this.ofAnswer(remembered)
    return edge.introspect(credential, application).then((answer) => this.ofAnswer(answer))
  }

  private ofAnswer(answer: IntrospectResponse): Identified {
    const { hasEnded } = this.options
    if (!answer.active) {
      return answer.reason === 'insufficient_user_authentication'
        ? { kind: 'insufficient', acr: answer.acr ?? null }
        : ended
    }
    if (hasEnded(answer.session)) return ended
    let caller = this.byAnswer.get(answer)
    if (caller === undefined) {
      caller = { ...answer, scopes: null, client: null, token: null }
      this.byAnswer.set(answer, caller)
    }
    return { kind: 'caller', caller }
  }

  /** Whether nothing has been said since against the session on which it was identified. What runs already is cut by itself. */
  stillHolds(caller: Caller | null): boolean {
    const { edge, hasEnded } = this.options
    if (caller === null || caller.session === null) return true
    const { session, token, acr } = caller
    if (edge.isRevoked(session) || hasEnded(session) || edge.isRevoked(token)) return false
    return levelOf(edge.demanded(session)) <= levelOf(acr)
  }

  /** Whether an open WebSocket would be let through again. */
  async stillAllowed({ head, route }: Shown, presented: Presented | null, caller: Caller | null): Promise<boolean> {
    const { standing, edge, hasEnded } = this.options
    const ground = standing.current()
    const now = ground?.routes.get(head.host)
    if (ground === null || now === undefined || now.application !== route.application) return false
    if (presented === null || caller === null) return now.places.of(head).public
    if (presented.by === 'token') return this.endOfToken(presented.token, ground, now) !== null
    // The feed names sessions. Asking would count as a use, and an open socket would keep its session awake for ever.
    if (caller.session !== null) {
      const { session, acr } = caller
      return !edge.isRevoked(session) && !hasEnded(session) && levelOf(edge.demanded(session)) <= levelOf(acr)
    }
    return (await edge.introspect(presented.credential, route.application)).active
  }

  /** Asks anew for the end of a credential. @returns milliseconds since 1970, or null when it is over */
  async renew({ route, head }: Shown, presented: Presented | null, caller: Caller | null): Promise<number | null> {
    if (presented === null) return null
    const { edge, standing, now } = this.options
    if (presented.by === 'token') {
      const ground = standing.current()
      const current = ground?.routes.get(head.host)
      return ground === null || current === undefined ? null : this.endOfToken(presented.token, ground, current)
    }
    try {
      const answer = await edge.introspect(presented.credential, route.application)
      return answer.active ? this.endOf(answer) : null
    } catch (error) {
      // What runs is not cut off for a moment of silence: that is what the lease is for.
      if (error instanceof EdgeError && caller?.session === null && now() < caller.expiresAt * 1000) {
        if (standing.current() !== null) return now() + recheckMs
      }
      throw error
    }
  }

  /** When to ask again. The feed names sessions and tokens, not keys: nobody tells that a key has gone, so a stream on one asks often. */
  endOf({ session, expiresAt, token = null }: ActiveCredential & { readonly token?: string | null }): number {
    const end = expiresAt * 1000
    return session === null && token === null ? Math.min(end, this.options.now() + recheckMs) : end
  }

  private ofToken({ scheme, token }: Presented & { by: 'token' }, { request, head, route, ground }: Shown): Identified {
    const { edge, possession } = this.options
    const url = `${head.scheme}://${head.host}${head.target.raw}`
    const certificate = peerCertificate(request.socket)
    const proofs = head.dpop === null ? [] : [head.dpop]
    const shown = { scheme, token, proofs, method: head.method, url, certificate }
    try {
      const claims = admit(edge, possession, shown, trusted(ground, route))
      const { sid, acr } = claims
      const demanded = edge.demanded(sid)
      if (levelOf(demanded) > levelOf(acr)) return { kind: 'insufficient', acr: demanded }
      if (this.options.hasEnded(sid)) return ended
      return { kind: 'caller', caller: this.callerOf(claims) }
    } catch (thrown) {
      if (!(thrown instanceof TokenRefused)) throw thrown
      return { kind: 'refused', why: thrown }
    }
  }

  private callerOf(claims: AccessToken): Caller {
    const known = this.byToken.get(claims)
    if (known !== undefined) return known
    const { principal_type: type, sub: id, sid: session, auth_time: authTime, acr, amr, exp: expiresAt } = claims
    const { scopes, client_id: client, jti: token } = claims
    const principal = { type, id }
    const caller: Caller = { active: true, principal, session, authTime, acr, amr, expiresAt, scopes, client, token }
    this.byToken.set(claims, caller)
    return caller
  }

  /** The proof was checked when the stream began; it is by the token that it lives. */
  private endOfToken(token: string, ground: Ground, route: Route): number | null {
    const { edge, hasEnded } = this.options
    try {
      const { exp, sid, acr } = edge.verifyToken(token, trusted(ground, route))
      return hasEnded(sid) || levelOf(edge.demanded(sid)) > levelOf(acr) ? null : exp * 1000
    } catch {
      return null
    }
  }
}

const trusted = ({ tokens }: Ground, { audiences }: Route) => ({ ...tokens, audiences })
