import type { Connection, ConnectionChange, NewConnection } from '../api/types.ts'
import { listOf } from './words.ts'

export type Provider = Connection['preset']

/** A connection as a form holds it. */
export interface ConnectionDraft {
  readonly preset: Provider
  readonly name: string
  readonly issuer: string
  readonly tenant: string
  readonly clientId: string
  /** empty: the one that is kept stays */
  readonly clientSecret: string
  readonly button: boolean
  readonly domains: string
  readonly signUp: boolean
  readonly signUpGroups: readonly string[]
  readonly trustEmail: boolean
  readonly updateName: boolean
  readonly secondFactor: string
}

export const providers: readonly { readonly value: Provider; readonly label: string }[] = [
  { value: 'google', label: 'Google' },
  { value: 'microsoft', label: 'Microsoft Entra' },
  { value: 'github', label: 'GitHub' },
  { value: 'okta', label: 'Okta' },
  { value: 'oidc', label: 'Any OpenID Connect provider' },
]

export function providerName(preset: Provider): string {
  return preset === 'oidc' ? 'OpenID Connect' : (providers.find(({ value }) => value === preset)?.label ?? preset)
}

/** What has to be said of where the provider is. */
export function asksFor(preset: Provider): 'issuer' | 'tenant' | 'nothing' {
  if (preset === 'microsoft') return 'tenant'
  return preset === 'oidc' || preset === 'okta' ? 'issuer' : 'nothing'
}

export const emptyConnection: ConnectionDraft = {
  preset: 'google',
  name: 'Google',
  issuer: '',
  tenant: '',
  clientId: '',
  clientSecret: '',
  button: true,
  domains: '',
  signUp: false,
  signUpGroups: [],
  trustEmail: false,
  updateName: false,
  secondFactor: '',
}

export function draftOfConnection(connection: Connection): ConnectionDraft {
  return {
    ...emptyConnection,
    preset: connection.preset,
    name: connection.name,
    issuer: connection.issuer,
    clientId: connection.clientId,
    button: connection.button,
    domains: connection.domains.join(', '),
    signUp: connection.signUp,
    signUpGroups: connection.signUpGroups,
    trustEmail: connection.trustEmail,
    updateName: connection.updateName,
    secondFactor: connection.secondFactor.join(', '),
  }
}

function settingsOf(
  draft: ConnectionDraft,
): Pick<
  NewConnection,
  'button' | 'domains' | 'signUp' | 'signUpGroups' | 'trustEmail' | 'updateName' | 'secondFactor'
> {
  return {
    button: draft.button,
    domains: listOf(draft.domains),
    signUp: draft.signUp,
    signUpGroups: draft.signUp ? draft.signUpGroups : [],
    trustEmail: draft.trustEmail,
    updateName: draft.updateName,
    secondFactor: listOf(draft.secondFactor),
  }
}

export function newConnectionOf(id: string, draft: ConnectionDraft): NewConnection {
  const asked = asksFor(draft.preset)
  return {
    id,
    name: draft.name.trim(),
    preset: draft.preset,
    clientId: draft.clientId.trim(),
    ...(draft.clientSecret === '' ? {} : { clientSecret: draft.clientSecret }),
    ...(asked === 'issuer' ? { issuer: draft.issuer.trim() } : {}),
    ...(asked === 'tenant' && draft.tenant.trim() !== '' ? { tenant: draft.tenant.trim() } : {}),
    ...settingsOf(draft),
  }
}

/** The issuer is said only where it was changed: for presets it is theirs. */
export function connectionChangeOf(draft: ConnectionDraft, before: ConnectionDraft): ConnectionChange {
  return {
    name: draft.name.trim(),
    clientId: draft.clientId.trim(),
    ...(draft.clientSecret === '' ? {} : { clientSecret: draft.clientSecret }),
    ...(draft.issuer.trim() === before.issuer ? {} : { issuer: draft.issuer.trim() }),
    ...settingsOf(draft),
  }
}
