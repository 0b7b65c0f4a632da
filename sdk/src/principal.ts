/** Whoever a decision is about: a Cedar uid. */
export interface PrincipalReference {
  readonly type: string
  readonly id: string
}

/** Who sent a request, as `authenticate` found. Frozen. Groups are not here: they come from the bundle whenever something is decided. */
export interface Principal extends PrincipalReference {
  readonly type: 'Person' | 'Service'
  /** Id of the session, or null when there is none (a service, or a client's access that outlives the sign-in). */
  readonly session: string | null
  /** When the person proved who they are: seconds since 1970, or null. */
  readonly authTime: number | null
  /** How well they did: `aal1`, `aal2`, `phr`; null when it is not known, and for a service. */
  readonly acr: string | null
  /** By which means (RFC 8176). */
  readonly amr: readonly string[]
  /** What the client that acts was granted; null when no client acts for anybody, and nothing is limited by scope. */
  readonly scopes: readonly string[] | null
  /** The client to which the access token was issued, or null. */
  readonly client: string | null
  /** How the request was authenticated. */
  readonly via: Way | 'token'
}

/**
 * The ways to authenticate: the gateway's identity token, a host session's cookie, the Authorization header (a service key, a session, or
 * an access token, which is `via: 'token'`).
 */
export type Way = 'identity' | 'session' | 'bearer'

/** The types that the directory owns. Only the first two can act. */
export const DIRECTORY_TYPES: ReadonlySet<string> = new Set(['Person', 'Service', 'Group', 'Role'])

export function isActor(type: string): type is Principal['type'] {
  return type === 'Person' || type === 'Service'
}
