import type { ClientPreset, NewClient, OAuthClient } from '../api/types.ts'

/** An OAuth client as a form holds it: lists as lines of text. */
export interface ClientDraft {
  readonly preset: ClientPreset
  readonly name: string
  readonly redirectUris: string
  readonly logoutUris: string
  readonly backchannel: string
  readonly consent: 'skip' | 'ask'
  /** a JWK Set, or the address of one; empty: none */
  readonly keys: string
  /** one resource a line: its identifier, then the scopes of it */
  readonly resources: string
  readonly acr: '' | 'aal2' | 'phr'
}

export const emptyDraft: ClientDraft = {
  preset: 'web',
  name: '',
  redirectUris: '',
  logoutUris: '',
  backchannel: '',
  consent: 'skip',
  keys: '',
  resources: '',
  acr: '',
}

/** What each preset is for, and how such a client proves who it is. */
export const presets: readonly { readonly value: ClientPreset; readonly label: string; readonly hint: string }[] = [
  {
    value: 'web',
    label: 'Web: a server that renders pages',
    hint: 'Signs people in with a code and PKCE; keeps a secret.',
  },
  {
    value: 'spa',
    label: 'SPA: a page in the browser',
    hint: 'Signs people in with a code and PKCE; can keep no secret.',
  },
  {
    value: 'native',
    label: 'Native: an app on a device',
    hint: 'As a SPA; may come back to a loopback address or a scheme of its own.',
  },
  {
    value: 'service',
    label: 'Service: a program without a person',
    hint: 'Asks tokens in its own name with a secret.',
  },
  {
    value: 'fapi2',
    label: 'FAPI 2.0: for money and health',
    hint: 'Pushed requests, tokens bound to a key, no shared secret: it proves itself with a key of its own.',
  },
]

/** The draft as one of another kind: any program on a machine can pose as a native one, so people are asked (RFC 8252, 8.6). */
export function ofPreset(draft: ClientDraft, preset: ClientPreset): Pick<ClientDraft, 'preset' | 'consent'> {
  const isUsual = draft.consent === usualConsent(draft.preset)
  return { preset, consent: isUsual ? usualConsent(preset) : draft.consent }
}

const usualConsent = (preset: ClientPreset) => (preset === 'native' ? 'ask' : 'skip')

/** Whether clients of this kind sign people in by a browser, and so come back to an address. */
export function comesBack(preset: ClientPreset): boolean {
  return preset !== 'service'
}

export function draftOf(client: OAuthClient): ClientDraft {
  const acr = client.default_acr_values?.[0]
  return {
    preset: client.preset ?? 'web',
    name: client.client_name ?? '',
    redirectUris: (client.redirect_uris ?? []).join('\n'),
    logoutUris: (client.post_logout_redirect_uris ?? []).join('\n'),
    backchannel: client.backchannel_logout_uri ?? '',
    consent: client.consent ?? 'skip',
    keys: client.jwks_uri ?? (client.jwks === undefined ? '' : JSON.stringify(client.jwks, null, 2)),
    resources: (client.resources ?? [])
      .map(({ identifier, scopes = [] }) => [identifier, ...scopes].join(' '))
      .join('\n'),
    acr: acr === 'aal2' || acr === 'phr' ? acr : '',
  }
}

/**
 * The RFC 7591 metadata of a draft; what is empty is left out, so that the preset's own stands.
 * @throws SyntaxError when the keys are neither an address nor JSON
 */
export function metadataOf(draft: ClientDraft): NewClient {
  const keys = draft.keys.trim()
  const redirectUris = lines(draft.redirectUris)
  const resources = lines(draft.resources).map((line) => {
    const [identifier = '', ...scopes] = line.split(/\s+/u)
    return { identifier, ...(scopes.length === 0 ? {} : { scopes }) }
  })
  return {
    client_name: draft.name.trim(),
    ...(comesBack(draft.preset) ? { redirect_uris: redirectUris, consent: draft.consent } : {}),
    ...(draft.logoutUris.trim() === '' ? {} : { post_logout_redirect_uris: lines(draft.logoutUris) }),
    ...(draft.backchannel.trim() === '' ? {} : { backchannel_logout_uri: draft.backchannel.trim() }),
    ...(keys === '' ? {} : /^https?:/u.test(keys) ? { jwks_uri: keys } : { jwks: keySet(keys) }),
    ...(resources.length === 0 ? {} : { resources }),
    ...(draft.acr === '' ? {} : { default_acr_values: [draft.acr] }),
  }
}

/** As `metadataOf`, for a client that is there: what was emptied is said to be empty. */
export function changeOf(draft: ClientDraft, before: ClientDraft): NewClient {
  return {
    ...metadataOf(draft),
    ...(before.logoutUris !== '' && draft.logoutUris.trim() === '' ? { post_logout_redirect_uris: [] } : {}),
    ...(before.resources !== '' && draft.resources.trim() === '' ? { resources: [] } : {}),
    ...(before.acr !== '' && draft.acr === '' ? { default_acr_values: [] } : {}),
  }
}

/** A JWK Set, or a single key that becomes one. */
function keySet(text: string): { keys: readonly Readonly<Record<string, unknown>>[] } {
  const parsed = JSON.parse(text) as { keys?: readonly Readonly<Record<string, unknown>>[] }
  return Array.isArray(parsed.keys) ? { keys: parsed.keys } : { keys: [parsed] }
}

/** URIs may hold commas: only line ends part them. */
function lines(text: string): string[] {
  return [...new Set(text.split('\n').map((line) => line.trim()))].filter((line) => line !== '')
}
