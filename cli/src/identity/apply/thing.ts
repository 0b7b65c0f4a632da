export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json | undefined }

/** In the order in which they are made: each may name what stands before it. */
export const kindNames = [
  'group',
  'application',
  'schema',
  'resources',
  'session limits',
  'client',
  'connection',
  'branding',
  'sign-in policy',
] as const
export type KindName = (typeof kindNames)[number]

/** Something that a file describes, or that is there. What it does not name of itself is as it is. */
export interface Thing {
  readonly kind: KindName
  /** `web` of a group, an application or a connection; `shop/web` of a client; the application of its schema; empty: of all, or of the tenant */
  readonly key: string
  readonly fields: Readonly<Record<string, Json>>
}

export function nameOf({ kind, key }: Pick<Thing, 'kind' | 'key'>): string {
  return key === '' ? kind : `${kind} ${key}`
}

/** Equal for the same thing only. */
export function idOf({ kind, key }: Pick<Thing, 'kind' | 'key'>): string {
  return `${kind} ${key}`
}

/** @returns the application that a thing is of, or is; undefined: none */
export function applicationOf({ kind, key }: Pick<Thing, 'kind' | 'key'>): string | undefined {
  if (kind === 'group' || kind === 'connection' || key === '') return undefined
  return key.split('/')[0]
}

/** The identifier that every application has, in the first tenant or in another one. */
export function isOwnIdentifier(identifier: string): boolean {
  return /^urn:holdfast:(?:tenant:[^:]+:)?application:/.test(identifier)
}

/** A value that is a text; empty where it is anything else. */
export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}

/** One origin by itself, as most write it. */
export function upstreamOf(origins: Json): Json {
  if (!Array.isArray(origins)) return origins
  return origins.length > 1 ? origins : ((origins as readonly Json[])[0] ?? null)
}
