import type { Socket } from 'node:net'

/** What of a TLS connection tells the client's certificate: Node's TLSSocket. */
export interface PeerSocket {
  readonly encrypted?: boolean | undefined
  readonly getPeerCertificate?: ((detailed?: boolean) => { readonly raw?: Uint8Array | undefined }) | undefined
}

/** The certificate of the client at the other end, DER, or null. It proves that the client holds the key; that anybody vouches for it not. */
export function peerCertificate(socket: PeerSocket | Socket | null | undefined): Uint8Array | null {
  return (socket as PeerSocket | null | undefined)?.getPeerCertificate?.(false).raw ?? null
}

/**
 * The certificate that a proxy in front says the client showed, DER: RFC 9440's `Client-Cert` (base64 between colons), or PEM, as it is or
 * percent-encoded (nginx's `$ssl_client_escaped_cert`). Null for anything else, and when the field is there more than once.
 */
export function forwardedCertificate(values: readonly string[]): Uint8Array | null {
  const [value, ...more] = values
  if (value === undefined || more.length > 0 || value.length > 16_384) return null
  const text = value.includes('%') ? decoded(value) : value
  const base64 =
    /^:([A-Za-z0-9+/=]+):$/.exec(text)?.[1] ??
    /^-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*$/.exec(text)?.[1]
  if (base64 === undefined) return null
  const bytes = Buffer.from(base64, 'base64')
  return bytes.length === 0 ? null : bytes
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return ''
  }
}
