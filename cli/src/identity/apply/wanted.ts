import type { Json, KindName, Thing } from './thing.ts'
import { idOf, upstreamOf } from './thing.ts'
import type { ApplicationEntry, ClientEntry, ConnectionEntry, IdentityFile, SignInEntry } from './file-schema.ts'
import type { Path } from '../../access/yaml-file.ts'
import type { SecretSource } from './secrets.ts'

/** What one file says. */
export interface Said {
  readonly thing: Thing
  /** where in its file */
  readonly path: Path
  /** of a connection: where its secret comes from */
  readonly secret?: SecretSource
  /** of a client: the file that its secret goes into, as it is written there */
  readonly secretOut?: string
}

/** @param schemaText reads the file that a schema is in */
export function saidBy(file: IdentityFile, schemaText: (name: string, path: Path) => string): readonly Said[] {
  const said: Said[] = []
  const add = (kind: KindName, key: string, fields: Fields, path: Path, more: Partial<Said> = {}) => {
    said.push({ thing: { kind, key, fields: present(fields) }, path, ...more })
  }
  for (const [id, group] of Object.entries(file.groups ?? {})) {
    add('group', id, { name: group.name?.trim(), parents: group.parents }, ['groups', id])
  }
  for (const [id, application] of Object.entries(file.applications ?? {})) {
    said.push(...ofApplication(id, application, schemaText))
  }
  for (const [id, connection] of Object.entries(file.connections ?? {})) {
    const { secret } = ofSecret(connection)
    add('connection', id, connectionFields(connection), ['connections', id], secret === undefined ? {} : { secret })
  }
  if (file.branding !== undefined) add('branding', '', brandingFields(file.branding), ['branding'])
  if (file.signIn !== undefined) add('sign-in policy', '', signInFields(file.signIn), ['signIn'])
  return said
}

type Fields = Readonly<Record<string, Json | undefined>>

function ofApplication(
  id: string,
  { name, hosts, upstream, publicPaths, limits, ...rest }: ApplicationEntry,
  schemaText: (name: string, path: Path) => string,
): readonly Said[] {
  const path = ['applications', id]
  const at = (kind: KindName, fields: Fields, ...inside: string[]): Said => ({
    thing: { kind, key: id, fields: present(fields) },
    path: [...path, ...inside],
  })
  const lower = hosts?.map((host) => host.toLowerCase())
  const said = [
    at('application', {
      name: name?.trim(),
      hosts: lower,
      upstream: upstream && upstreamOf(upstream),
      publicPaths,
      limits,
    }),
  ]
  const { schema, schemaFile, resources, sessionLimits, branding, clients } = rest
  if (schemaFile !== undefined) {
    const inside = [...path, 'schemaFile']
    said.push(at('schema', { text: schemaText(schemaFile, inside) }, 'schemaFile'))
  } else if (schema !== undefined) said.push(at('schema', { text: schema === '' ? null : schema }, 'schema'))
  if (resources !== undefined) said.push(at('resources', { items: resources }, 'resources'))
  if (sessionLimits !== undefined) {
    said.push(at('session limits', sessionLimits === null ? { preset: null } : { ...sessionLimits }, 'sessionLimits'))
  }
  for (const [clientId, client] of Object.entries(clients ?? {})) {
    const { secretOut, ...fields } = client
    said.push({
      thing: { kind: 'client', key: `${id}/${clientId}`, fields: clientFields(fields) },
      path: [...path, 'clients', clientId],
      ...(secretOut !== undefined && { secretOut }),
    })
  }
  if (branding !== undefined) said.push(at('branding', brandingFields(branding), 'branding'))
  return said
}

function clientFields(client: Omit<ClientEntry, 'secretOut'>): Thing['fields'] {
  const { client_name: name, ...rest } = client
  return present({ client_name: name?.trim(), ...(rest as Fields) })
}

function brandingFields(
  branding: { readonly name?: string | null | undefined; readonly accent?: string | null | undefined } | null,
): Fields {
  if (branding === null) return { name: null, accent: null }
  return { name: branding.name?.trim() ?? branding.name, accent: branding.accent?.toLowerCase() ?? branding.accent }
}

/** With nothing said what the installation says holds. */
const noPolicy: Fields = { admins: null, people: null, sessions: null, passwords: true, signUpDomains: null }

function signInFields(policy: SignInEntry): Fields {
  if (policy === null) return noPolicy
  const { sessions, signUpDomains, ...rest } = policy
  return {
    ...rest,
    sessions: sessions == null ? sessions : present({ ...sessions }),
    signUpDomains: signUpDomains?.map((domain) => domain.trim().toLowerCase()) ?? signUpDomains,
  }
}

function connectionFields({ secret: _, secretFile: __, secretEnv: ___, ...connection }: ConnectionEntry): Fields {
  const { tenant, issuer, domains, ...rest } = connection
  const source = ofSecret({ secret: _, secretFile: __, secretEnv: ___ })
  return {
    ...rest,
    issuer: tenant === undefined ? issuer?.replace(/\/$/, '') : microsoftIssuer(tenant),
    domains: domains?.map((domain) => domain.trim().toLowerCase()),
    hasSecret: source.secret === undefined ? undefined : source.secret.from !== 'none',
  }
}

/** Where the preset microsoft leads. */
function microsoftIssuer(tenant: string): string {
  return `https://login.microsoftonline.com/${tenant.toLowerCase()}/v2.0`
}

/** @returns the directory (tenant) id of such an issuer */
export function microsoftTenant(issuer: string): string | undefined {
  return /^https:\/\/login\.microsoftonline\.com\/([^/]+)\/v2\.0$/.exec(issuer)?.[1]
}

function ofSecret({ secret, secretFile, secretEnv }: Pick<ConnectionEntry, 'secret' | 'secretFile' | 'secretEnv'>): {
  readonly secret?: SecretSource
} {
  if (secretFile !== undefined) return { secret: { from: 'file', name: secretFile } }
  if (secretEnv !== undefined) return { secret: { from: 'env', name: secretEnv } }
  if (secret === null) return { secret: { from: 'none' } }
  return secret === undefined ? {} : { secret: { from: 'inline', value: secret } }
}

function present(fields: Fields): Thing['fields'] {
  return Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, Json] => entry[1] !== undefined))
}

/** Things that are said twice, by one file or by two. */
export function twice<Each extends { readonly thing: Thing }>(all: readonly Each[]): readonly Each[] {
  const seen = new Set<string>()
  return all.filter(({ thing }) => {
    const id = idOf(thing)
    const again = seen.has(id)
    seen.add(id)
    return again
  })
}
