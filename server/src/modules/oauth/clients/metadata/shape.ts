import { z } from 'zod'

const uri = z.string().min(1).max(2000)
const word = z.string().min(1).max(200)
const words = z.array(word).max(50)

/**
 * Client metadata as RFC 7591 section 2 names it, with the members of OpenID Connect Registration 1.0, RFC 8705, RFC 9126 and
 * RFC 9449. Only types are checked here; what goes together is checked by `complete`.
 */
export const metadataShape = {
  redirect_uris: z.array(uri).max(100),
  post_logout_redirect_uris: z.array(uri).max(100),
  backchannel_logout_uri: uri,
  backchannel_logout_session_required: z.boolean(),
  grant_types: words,
  response_types: words,
  application_type: z.enum(['web', 'native']),
  token_endpoint_auth_method: word,
  token_endpoint_auth_signing_alg: word,
  jwks: z.object({ keys: z.array(z.record(z.string(), z.unknown())).min(1).max(20) }),
  jwks_uri: uri,
  id_token_signed_response_alg: word,
  dpop_bound_access_tokens: z.boolean(),
  tls_client_certificate_bound_access_tokens: z.boolean(),
  tls_client_auth_subject_dn: z.string().min(1).max(1000),
  tls_client_auth_san_dns: z.string().min(1).max(253),
  tls_client_auth_san_uri: uri,
  tls_client_auth_san_ip: word,
  tls_client_auth_san_email: word,
  require_pushed_authorization_requests: z.boolean(),
  scope: z.string().max(20_000),
  // It is shown to people who are to trust it: nothing in it turns the text around or ends the line.
  client_name: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .regex(/^[^\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]*$/u, 'one line, without marks of direction'),
  logo_uri: uri,
  client_uri: uri,
  policy_uri: uri,
  tos_uri: uri,
  default_max_age: z.int().min(0).max(31_536_000),
  default_acr_values: words,
  require_auth_time: z.boolean(),
  contacts: z.array(z.email().max(254)).max(20),
  subject_type: word,
} as const

export const Metadata = z.object(metadataShape).partial()
export type Metadata = z.output<typeof Metadata>

type Filled =
  | 'redirect_uris'
  | 'grant_types'
  | 'response_types'
  | 'application_type'
  | 'token_endpoint_auth_method'
  | 'id_token_signed_response_alg'
  | 'client_name'

/** With its defaults filled in: what is stored, and answered. */
export type WholeMetadata = Omit<Metadata, Filled> & { readonly [Name in Filled]: NonNullable<Metadata[Name]> }

const presets = ['web', 'spa', 'native', 'service', 'fapi2'] as const
export type Preset = (typeof presets)[number]

/** An absolute URI that an access token can be for (RFC 8707, section 2): https, http on loopback, or urn; no fragment. */
export const Identifier = z.string().min(1).max(500)
export const ScopeName = z.string().regex(/^[\x21\x23-\x5B\x5D-\x7E]{1,100}$/, 'a scope (RFC 6749, section 3.3)')

/** What no standard names: members of ours beside the metadata. */
export const settingsShape = {
  preset: z.enum(presets).describe('What the client is; chooses the defaults.'),
  consent: z
    .enum(['skip', 'ask'])
    .describe(
      'Whether people are asked before the client gets at anything of theirs. A native one asks unless this says otherwise.',
    ),
  resources: z
    .array(z.strictObject({ identifier: Identifier, scopes: z.array(ScopeName).max(100).optional() }))
    .max(50)
    .describe('Identifiers of other applications that tokens may be asked for, beside those of its own.'),
  tokenExchange: z
    .strictObject({ audiences: z.array(Identifier).max(50), delegation: z.boolean().default(true) })
    .nullable()
    .describe(
      'What tokens may be exchanged for (RFC 8693): the audiences, and whether the token then names the client as actor.',
    ),
  refreshSeconds: z.int().min(60).max(31_536_000).nullable().describe('Life of refresh tokens; the setting when null.'),
  sessionSeconds: z
    .int()
    .min(60)
    .max(31_536_000)
    .nullable()
    .describe('How old a sign-in may be for this client; the session decides when null.'),
} as const

export interface WholeSettings {
  readonly resources: readonly { readonly identifier: string; readonly scopes?: readonly string[] | undefined }[]
  readonly tokenExchange: { readonly audiences: readonly string[]; readonly delegation: boolean } | null
  readonly refreshSeconds: number | null
  readonly sessionSeconds: number | null
}

/** A client as somebody describes it. */
export const ClientInput = z.object({ ...metadataShape, ...settingsShape }).partial()
export type ClientInput = z.output<typeof ClientInput>
