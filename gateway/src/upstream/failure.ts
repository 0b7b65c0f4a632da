/**
 * How an exchange with the upstream failed.
 * `unreachable` no connection · `broken` the connection ended before the response did · `malformed` not HTTP ·
 * `busy` all connections are in use
 */
export type UpstreamFailureKind = 'unreachable' | 'broken' | 'malformed' | 'busy'

export interface UpstreamFailure {
  readonly kind: UpstreamFailureKind
  /** For the log and the event, never for the client: it may hold addresses of the inside. */
  readonly reason: string
}
