/** Names on the wire. Header names are lower case, as Node gives them. */

/** Carries the gateway's identity token to the upstream. */
export const HOLDFAST_IDENTITY_HEADER = 'holdfast-identity' as const
/**
 * Carries the gateway's id of the request (a UUIDv7) to the upstream, so that the events of both name the same request. Not signed: a
 * token serves many requests of a session, and a claim would cost a signature each. It is believed only beside a valid identity token,
 * which nobody has who goes around the gateway, and nothing is decided by it.
 */
export const HOLDFAST_REQUEST_HEADER = 'holdfast-request-id' as const
/** Carries the nonce of the answer's Content-Security-Policy to the upstream, which marks its scripts with it. */
export const HOLDFAST_NONCE_HEADER = 'holdfast-csp-nonce' as const
/** Everything that a client may not send: header names that start so, `_` counted as `-`. */
export const HOLDFAST_HEADER_PREFIX = 'holdfast-' as const

/** The session cookie: at the control plane of the sign-in session, at each guarded host of its own host session. */
export const SESSION_COOKIE = '__Host-holdfast' as const
/** The gateway's flow cookie while a sign-in is under way. */
export const FLOW_COOKIE = '__Host-holdfast-flow' as const

/** The session-bound token that a page reads and sends back in `X-CSRF-Token`; scripts of the host may read it. */
export const CSRF_COOKIE = '__Host-holdfast-csrf' as const

/** Paths that the gateway keeps for itself at every guarded host. */
export const RESERVED_PREFIX = '/.holdfast/' as const
export const SIGN_IN_PATH = '/.holdfast/sign-in' as const
export const CALLBACK_PATH = '/.holdfast/callback' as const
export const SIGN_OUT_PATH = '/.holdfast/sign-out' as const

/** Protected resource metadata (RFC 9728 section 3), at every guarded host. */
export const RESOURCE_METADATA_PATH = '/.well-known/oauth-protected-resource' as const

/** The control plane's hand-off page, where the gateway sends a browser that must sign in. */
export const HAND_OFF_PATH = '/sign-in/for' as const

/** Paths of the edge API, below the control plane's URL. */
export const EDGE_PATHS = {
  sync: '/api/v1/edge/sync',
  leave: '/api/v1/edge/leave',
  introspect: '/api/v1/edge/introspect',
  exchange: '/api/v1/edge/exchange',
  signOut: '/api/v1/edge/sign-out',
  gatewayKey: '/api/v1/edge/gateway-key',
  events: '/api/v1/edge/events',
  budgets: '/api/v1/edge/budgets',
  cspReports: '/api/v1/edge/csp-reports',
  traffic: '/api/v1/edge/traffic',
  learned: '/api/v1/edge/learned',
} as const

export const CONTROL_PLANE_PORT = 7400 as const
export const GATEWAY_PORT = 7480 as const

/** `typ` of each signed artefact (RFC 8725 section 3.11: explicit typing). */
export const TOKEN_TYPES = {
  identity: 'holdfast-identity+jwt',
  bundle: 'holdfast-bundle+jwt',
  lease: 'holdfast-lease+jwt',
  receipt: 'holdfast-receipt+jwt',
} as const

/** Seconds. */
export const CLOCK_SKEW = 5 as const
export const IDENTITY_LIFETIME = 60 as const
export const LEASE_LIFETIME = 15 as const
/** Longest wait of an edge for the answer to a sync; a lease counts from the question, so that it is short against its life. */
export const SYNC_WAIT = 5 as const
/** After so long since the control plane gave a lease no edge acts by it: the lease's life and the skew, or the wait and the life. */
export const LEASE_OVER = 20 as const

/** The application under which events are recorded that concern none in particular: the installation itself. */
export const INSTALLATION = 'holdfast' as const

/** The audience of a gateway's bundle and lease. */
export const ALL_APPLICATIONS = '*' as const

/** File with an edge's credentials, below the project; HOLDFAST_CREDENTIALS names another. */
export const CREDENTIALS_PATH = '.holdfast/credentials.json' as const

/** Prefixes of our opaque secrets; each is followed by 32 random bytes in base64url. */
export const SECRET_PREFIXES = {
  session: 'hfs_',
  serviceKey: 'hfk_',
  code: 'hfc_',
  bootstrap: 'hfb_',
  setup: 'hfi_',
} as const

export type SecretKind = keyof typeof SECRET_PREFIXES

/** Whether a text has the form of one of our secrets of this kind (43 base64url characters after the prefix). */
export function isSecret(kind: SecretKind, text: string): boolean {
  const prefix = SECRET_PREFIXES[kind]
  return text.startsWith(prefix) && /^[A-Za-z0-9_-]{43}$/.test(text.slice(prefix.length))
}
