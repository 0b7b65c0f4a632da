import { algorithms } from '../../keys/index.ts'
import { authMethods, exchangeGrant, grantTypes, withDefaults } from './defaults.ts'
import { scopeProblem } from '../scopes.ts'
import { jwksProblem } from './jwks.ts'
import {
  type ClientInput,
  type Metadata,
  metadataShape,
  type Preset,
  type WholeMetadata,
  type WholeSettings,
} from './shape.ts'
import { identifierProblem, redirectProblem, webUriProblem } from './uris.ts'

/** RFC 7591, section 3.2.2: which of its two errors, which rule of ours, and a sentence. */
export interface MetadataProblem {
  readonly error: 'invalid_redirect_uri' | 'invalid_client_metadata'
  readonly rule: string
  readonly member: string
  readonly message: string
}

export interface WholeClient {
  readonly preset: Preset
  readonly consent: 'skip' | 'ask' | undefined
  readonly metadata: WholeMetadata
  readonly settings: WholeSettings
}

/** Fills in what was not said, and checks that everything goes together. */
export function complete(input: ClientInput, name: string): WholeClient | MetadataProblem {
  const { preset, ...whole } = withDefaults(input)
  const metadata = { ...metadataOf(whole), client_name: whole.client_name ?? name } as WholeMetadata
  const settings: WholeSettings = {
    resources: input.resources ?? [],
    tokenExchange: input.tokenExchange ?? null,
    refreshSeconds: input.refreshSeconds ?? null,
    sessionSeconds: input.sessionSeconds ?? null,
  }
  const problem =
    uriProblem(metadata) ??
    vocabularyProblem(metadata) ??
    grantProblem(metadata, settings) ??
    authenticationProblem(metadata) ??
    bindingProblem(metadata, preset)
  if (problem !== undefined) return problem
  return { preset, consent: input.consent ?? consentOf(input), metadata, settings }
}

/**
 * RFC 8252, section 8.6: any program on a person's machine can pose as a native application that is not known by an address of its
 * own, so nothing is given to it without a question unless the operator says so.
 */
function consentOf({ preset }: ClientInput): 'ask' | undefined {
  return preset === 'native' ? 'ask' : undefined
}

/** Only what is metadata and was said: members of ours, and undefined ones, stay behind. */
function metadataOf(input: Metadata): Metadata {
  const names = new Set(Object.keys(metadataShape))
  return Object.fromEntries(Object.entries(input).filter(([name, value]) => names.has(name) && value !== undefined))
}

const wrong = (member: string, rule: string, message: string): MetadataProblem => ({
  error: 'invalid_client_metadata',
  rule,
  member,
  message: `${member}: ${message}`,
})

function uriProblem(metadata: WholeMetadata): MetadataProblem | undefined {
  for (const member of ['redirect_uris', 'post_logout_redirect_uris'] as const) {
    for (const uri of metadata[member] ?? []) {
      const problem = redirectProblem(uri, metadata.application_type)
      if (problem === undefined) continue
      const error = member === 'redirect_uris' ? 'invalid_redirect_uri' : 'invalid_client_metadata'
      return { error, rule: problem.rule, member, message: `${member}: ${problem.message}: ${uri.slice(0, 200)}` }
    }
  }
  const pages = ['backchannel_logout_uri', 'jwks_uri', 'logo_uri', 'client_uri', 'policy_uri', 'tos_uri'] as const
  for (const member of pages) {
    const uri = metadata[member]
    const problem = uri === undefined ? undefined : webUriProblem(uri)
    if (problem !== undefined) return wrong(member, problem.rule, problem.message)
  }
  return undefined
}

/** Each value is one that we speak. */
function vocabularyProblem(metadata: WholeMetadata): MetadataProblem | undefined {
  const known = (member: keyof Metadata, values: readonly string[], allowed: readonly string[]) => {
    const odd = values.find((value) => !allowed.includes(value))
    const list = allowed.join(', ')
    return odd === undefined ? undefined : wrong(member, 'value_unknown', `${odd.slice(0, 100)} is none of ${list}`)
  }
  const { token_endpoint_auth_signing_alg: alg, subject_type: subject = 'public' } = metadata
  return (
    known('grant_types', metadata.grant_types, grantTypes) ??
    known('response_types', metadata.response_types, ['code']) ??
    known('token_endpoint_auth_method', [metadata.token_endpoint_auth_method], authMethods) ??
    known('id_token_signed_response_alg', [metadata.id_token_signed_response_alg], algorithms) ??
    known('token_endpoint_auth_signing_alg', alg === undefined ? [] : [alg], [...algorithms, 'PS256']) ??
    known('default_acr_values', metadata.default_acr_values ?? [], ['aal1', 'aal2', 'phr']) ??
    known('subject_type', [subject], ['public']) ??
    scopeOf(metadata.scope) ??
    (metadata.scope === undefined || /^[\x21\x23-\x5B\x5D-\x7E]+(?: [\x21\x23-\x5B\x5D-\x7E]+)*$/.test(metadata.scope)
      ? undefined
      : wrong('scope', 'scope_invalid', 'words with one space between (RFC 6749, section 3.3)'))
  )
}

function scopeOf(scope: string | undefined): MetadataProblem | undefined {
  const problem = scope === undefined ? undefined : scopeProblem(scope)
  return problem === undefined ? undefined : wrong('scope', 'scope_too_long', problem)
}

function grantProblem(metadata: WholeMetadata, settings: WholeSettings): MetadataProblem | undefined {
  const { grant_types: grants, response_types: responses, redirect_uris: redirects } = metadata
  if (grants.length === 0) return wrong('grant_types', 'grant_types_empty', 'at least one')
  const code = grants.includes('authorization_code')
  if (code !== responses.includes('code')) {
    return wrong(
      'response_types',
      'response_types_mismatch',
      'code goes with the grant type authorization_code, and only with it',
    )
  }
  if (code && redirects.length === 0) {
    const message = 'redirect_uris: a client with the grant type authorization_code needs at least one'
    return { error: 'invalid_redirect_uri', rule: 'redirect_uris_missing', member: 'redirect_uris', message }
  }
  if (settings.tokenExchange !== null && !grants.includes(exchangeGrant)) {
    return wrong('tokenExchange', 'grant_types_mismatch', `needs the grant type ${exchangeGrant}`)
  }
  const named = [
    ...settings.resources.map(({ identifier }) => identifier),
    ...(settings.tokenExchange?.audiences ?? []),
  ]
  for (const identifier of named) {
    const problem = identifierProblem(identifier)
    if (problem !== undefined)
      return wrong('resources', problem.rule, `${problem.message}: ${identifier.slice(0, 200)}`)
  }
  return undefined
}

const subjectMembers = [
  'tls_client_auth_subject_dn',
  'tls_client_auth_san_dns',
  'tls_client_auth_san_uri',
  'tls_client_auth_san_ip',
  'tls_client_auth_san_email',
] as const

function authenticationProblem(metadata: WholeMetadata): MetadataProblem | undefined {
  const { token_endpoint_auth_method: method, jwks, jwks_uri: uri, grant_types: grants } = metadata
  if (jwks !== undefined && uri !== undefined) return wrong('jwks', 'jwks_twice', 'jwks or jwks_uri, not both')
  const keys = jwks === undefined ? undefined : jwksProblem(jwks.keys)
  if (keys !== undefined) return wrong('jwks', 'jwks_invalid', keys)
  const needsKeys = method === 'private_key_jwt' || method === 'self_signed_tls_client_auth'
  if (needsKeys && jwks === undefined && uri === undefined) {
    return wrong('jwks', 'jwks_missing', `${method} needs jwks or jwks_uri`)
  }
  const subjects = subjectMembers.filter((member) => metadata[member] !== undefined).length
  // RFC 8705, section 2.1.2: exactly one of them.
  if ((method === 'tls_client_auth') !== (subjects === 1) || subjects > 1) {
    return wrong(
      'tls_client_auth_subject_dn',
      'tls_subject',
      'tls_client_auth goes with exactly one tls_client_auth_* member',
    )
  }
  // RFC 6749, section 4.4: confidential clients only. RFC 8693, section 2.1: whoever exchanges says who it is.
  const confidential = [grants.includes('client_credentials'), grants.includes(exchangeGrant)]
  return method === 'none' && confidential.includes(true)
    ? wrong(
        'token_endpoint_auth_method',
        'client_public',
        'client_credentials and token exchange need a client that authenticates',
      )
    : undefined
}

/** RFC 9449 section 5.2, RFC 8705 section 3.4; FAPI 2.0 Security Profile, section 5.3.2. */
function bindingProblem(metadata: WholeMetadata, preset: Preset): MetadataProblem | undefined {
  const { dpop_bound_access_tokens: dpop, tls_client_certificate_bound_access_tokens: tls } = metadata
  if (dpop === true && tls === true) {
    return wrong(
      'dpop_bound_access_tokens',
      'binding_twice',
      'tokens are bound to a key or to a certificate, not to both',
    )
  }
  if (preset !== 'fapi2') return undefined
  if (
    !['private_key_jwt', 'tls_client_auth', 'self_signed_tls_client_auth'].includes(metadata.token_endpoint_auth_method)
  ) {
    return wrong('token_endpoint_auth_method', 'fapi2', 'FAPI 2.0 knows private_key_jwt and mutual TLS only')
  }
  if (metadata.require_pushed_authorization_requests !== true) {
    return wrong('require_pushed_authorization_requests', 'fapi2', 'FAPI 2.0 pushes every request')
  }
  return dpop === true || tls === true
    ? undefined
    : wrong(
        'dpop_bound_access_tokens',
        'fapi2',
        'FAPI 2.0 binds tokens: to a key (dpop_bound_access_tokens) or a certificate',
      )
}
