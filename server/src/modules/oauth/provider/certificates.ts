import { X509Certificate } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'
import type { KoaContextWithOIDC } from 'oidc-provider'
import type { OauthConfig } from '../config.ts'

/** Requests that a trusted proxy brought: what it says of its client's certificate is believed (RFC 9440, section 5). */
const fromProxies = new WeakSet<IncomingMessage>()

export function believeProxy(request: IncomingMessage): void {
  fromProxies.add(request)
}

interface Shown {
  readonly certificate: X509Certificate
  /** whether its issuer was checked, by the connection or by the proxy that ended it */
  readonly authorized: boolean
}

/** Whether anybody's certificate can be seen: connections of our own have none, so that a proxy must pass them. */
export function seesCertificates({ clientCertificateHeader }: OauthConfig): boolean {
  return clientCertificateHeader !== undefined
}

/** Certificates for tokens that are bound to them and for clients that authenticate by them (RFC 8705). */
export function certificateSettings(config: OauthConfig) {
  return {
    certificateBoundAccessTokens: seesCertificates(config),
    selfSignedTlsClientAuth: seesCertificates(config),
    tlsClientAuth: seesCertificates(config),
    getCertificate: (ctx: KoaContextWithOIDC) => shownBy(ctx.req, config)?.certificate,
    certificateAuthorized: (ctx: KoaContextWithOIDC) => shownBy(ctx.req, config)?.authorized ?? false,
    certificateSubjectMatches: (ctx: KoaContextWithOIDC, property: string, expected: string) => {
      const shown = shownBy(ctx.req, config)
      return shown !== undefined && subjectMatches(shown.certificate, property, expected)
    },
  }
}

function shownBy(request: IncomingMessage, { clientCertificateHeader: name }: OauthConfig): Shown | undefined {
  const socket = request.socket as Partial<TLSSocket>
  const peer = socket.getPeerX509Certificate?.()
  if (peer !== undefined) return { certificate: peer, authorized: socket.authorized === true }
  if (name === undefined || !fromProxies.has(request)) return undefined
  const value = request.headers[name]
  const certificate = typeof value === 'string' ? read(value) : undefined
  return certificate && { certificate, authorized: true }
}

/** A structured-field byte sequence (RFC 9440, section 2.2), or PEM with percent-encoding as nginx and others send it. */
function read(value: string): X509Certificate | undefined {
  try {
    const bytes = /^:([A-Za-z0-9+/=]+):$/.exec(value)?.[1]
    return new X509Certificate(bytes === undefined ? decodeURIComponent(value) : Buffer.from(bytes, 'base64'))
  } catch {
    return undefined
  }
}

const alternative = { dns: 'DNS', uri: 'URI', email: 'email', ip: 'IP Address' } as const

/** RFC 8705, section 2.1.2: the one that was registered, compared exactly. */
function subjectMatches(certificate: X509Certificate, property: string, expected: string): boolean {
  if (property === 'tls_client_auth_subject_dn') {
    const wanted = expected.split(/,\s*/)
    const own = certificate.subject.split('\n').toReversed()
    return wanted.length === own.length && wanted.every((part, at) => part === own[at])
  }
  const kind = alternative[property.replace('tls_client_auth_san_', '') as keyof typeof alternative]
  return certificate.subjectAltName?.split(', ').includes(`${kind}:${expected}`) ?? false
}
