import type { EntityJson, Uid } from '@holdfast/policy'

/** A request of a test, and what is expected of it. */
export interface CedarRequest {
  readonly principal: Uid
  readonly action: Uid
  readonly resource: Uid
  readonly context: { readonly [attribute: string]: unknown }
  readonly decision: string
  readonly reason: readonly string[]
  readonly errors: readonly string[]
}

/** A test of cedar-integration-tests: the files that it is about, and its requests. */
export interface CedarCase {
  readonly policies: string
  readonly entities: string
  readonly schema: string | undefined
  readonly requests: readonly CedarRequest[]
}

/** The test that a JSON file holds, or undefined when it holds something else. Throws on a test that lacks something. */
export function readCase(json: unknown): CedarCase | undefined {
  if (!isObject(json) || !Array.isArray(json['requests']) || typeof json['policies'] !== 'string') return undefined
  const { schema } = json
  return {
    policies: json['policies'],
    entities: text(json, 'entities'),
    schema: typeof schema === 'string' ? schema : undefined,
    requests: (json['requests'] as unknown[]).map(readRequest),
  }
}

function readRequest(json: unknown): CedarRequest {
  if (!isObject(json)) throw new Error('a request must be an object')
  const context = json['context'] ?? {}
  return {
    principal: uid(json, 'principal'),
    action: uid(json, 'action'),
    resource: uid(json, 'resource'),
    context: isObject(context) ? context : {},
    decision: text(json, 'decision').toLowerCase(),
    reason: texts(json, 'reason'),
    errors: texts(json, 'errors'),
  }
}

/** The entities of a test. */
export function readEntities(json: unknown): readonly EntityJson[] {
  if (!Array.isArray(json)) throw new Error('the entities must be a list')
  return json as EntityJson[]
}

function isObject(json: unknown): json is { readonly [key: string]: unknown } {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

function text(json: { readonly [key: string]: unknown }, key: string): string {
  const value = json[key]
  if (typeof value !== 'string') throw new Error(`\`${key}\` must be a string`)
  return value
}

function texts(json: { readonly [key: string]: unknown }, key: string): readonly string[] {
  const value = json[key] ?? []
  if (!Array.isArray(value) || value.some((each) => typeof each !== 'string'))
    throw new Error(`\`${key}\` must be strings`)
  return value as string[]
}

function uid(json: { readonly [key: string]: unknown }, key: string): Uid {
  const value = isObject(json[key]) ? (json[key]['__entity'] ?? json[key]) : undefined
  if (!isObject(value)) throw new Error(`\`${key}\` must be a uid`)
  return { type: text(value, 'type'), id: text(value, 'id') }
}
