import type { AccessToken } from '@holdfast/bundle'
import {
  admit,
  type Clock,
  createPossession,
  type Edge,
  forwardedCertificate,
  peerCertificate,
  type Presentation,
  TokenRefused,
} from './edge/index.ts'
import type { AnyBundle } from './edge/holder.ts'
import type { Knowledge } from './decisions/knowledge.ts'
import type { Principal } from './principal.ts'
import type { Refusals } from './refusals.ts'
import type { HeaderFields, RequestInfo, RequestLike } from './request.ts'

/** How access tokens are taken; all of it may be left out. */
export interface TokenOptions {
  /**
   * Where clients reach this application: `https://api.example.com`. DPoP proofs name the address that they are for; behind a proxy that
   * ends TLS it cannot be seen from here. Default: the Host header and the connection's own scheme.
   */
  readonly origin?: string
  /** With it, DPoP proofs must hold a nonce of ours (RFC 9449 section 9). The same for all replicas; at least 32 characters. */
  readonly nonceSecret?: string
  /**
   * The header in which a proxy that ends mutual TLS hands on the client's certificate (`client-cert` of RFC 9440, or percent-encoded PEM).
   * The proxy must remove what a client sends under this name. Default: the certificate of the connection itself.
   */
  readonly certificateHeader?: string
}

export interface TokenReader {
  /** @throws HoldfastError `unauthenticated` */
  read(shown: Pick<Presentation, 'scheme' | 'token'>, at: Arrival): AccessToken
}

/** The request at which a token was shown. */
export interface Arrival {
  readonly request: RequestLike
  readonly fields: HeaderFields
  readonly knowledge: Knowledge
  readonly info: RequestInfo
}

export interface TokenReaderOptions extends TokenOptions {
  readonly edge: Pick<Edge<AnyBundle>, 'verifyToken'>
  readonly refusals: Refusals
  readonly clock: Clock
}

export function createTokenReader(options: TokenReaderOptions): TokenReader {
  const { edge, refusals, clock, nonceSecret, certificateHeader } = options
  const origin = options.origin === undefined ? undefined : new URL(options.origin).origin
  const possession = createPossession({ clock, nonceSecret })
  return {
    read: ({ scheme, token }, { request, fields, knowledge, info }) => {
      const shown: Presentation = {
        scheme,
        token,
        proofs: fields.all('dpop'),
        method: request.method ?? '',
        url: addressOf(request, fields, origin),
        certificate:
          certificateHeader === undefined
            ? peerCertificate(request.socket)
            : forwardedCertificate(fields.all(certificateHeader.toLowerCase())),
      }
      try {
        return admit(edge, possession, shown, knowledge.tokens)
      } catch (thrown) {
        if (!(thrown instanceof TokenRefused)) throw thrown
        const { reason, message, error } = thrown
        const nonce = scheme === 'DPoP' ? possession.nonce() : null
        throw refusals.unauthenticated(reason, message, info, { scheme, error, nonce })
      }
    },
  }
}

export function principalOf(claims: AccessToken): Omit<Principal, 'via'> {
  const {
    principal_type: type,
    sub: id,
    sid: session,
    auth_time: authTime,
    acr,
    amr,
    scopes,
    client_id: client,
  } = claims
  return { type, id, session, authTime, acr, amr, scopes, client }
}

/** The whole address that the client asked for, as far as it can be known. */
function addressOf({ url, socket }: RequestLike, fields: HeaderFields, origin: string | undefined): string | null {
  if (url === undefined) return null
  if (!url.startsWith('/')) {
    const whole = URL.parse(url)
    return whole === null ? null : (origin ?? whole.origin) + whole.pathname
  }
  if (origin !== undefined) return origin + url
  const [host, ...more] = fields.all('host')
  if (host === undefined || more.length > 0) return null
  return `${socket?.encrypted === true ? 'https' : 'http'}://${host}${url}`
}
