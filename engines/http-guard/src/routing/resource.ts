import type { RouteResource, RouteRule, RouteValue } from './settings.ts'
import type { Asked, Parameters } from './table.ts'

/** A resource as the request names it. */
export interface NamedResource {
  readonly uid: { readonly type: string; readonly id: string }
  readonly attrs: Readonly<Record<string, string | bigint>>
  readonly parents: readonly []
}

/** Why nobody knows what a request acts on. */
export interface Unnamed {
  readonly why: string
}

/** What a request to this route acts on. */
export function resourceOf(
  rule: RouteRule,
  { methods, query }: Asked,
  parameters: Parameters,
): NamedResource | Unnamed {
  const { path, resource } = rule
  if (resource === undefined) {
    return { uid: { type: 'Route', id: path }, attrs: { method: (methods[0] ?? '').toLowerCase(), path }, parents: [] }
  }
  return named(resource, (value) => textOf(value, parameters, query))
}

function named({ type, id, attributes = {} }: RouteResource, read: (value: RouteValue) => string | Unnamed) {
  const own = valueOf(id, read)
  if (typeof own === 'object') return own
  const attrs: Record<string, string | bigint> = {}
  for (const [name, value] of Object.entries(attributes)) {
    const found = valueOf(value, read)
    if (typeof found === 'object') return found
    Object.defineProperty(attrs, name, { value: found, enumerable: true })
  }
  return { uid: { type, id: String(own) }, attrs, parents: [] as const }
}

function valueOf(value: RouteValue, read: (value: RouteValue) => string | Unnamed): string | bigint | Unnamed {
  const text = read(value)
  if (typeof text === 'object') return text
  const { as = 'string' } = value
  if (!forms[as].test(text)) return { why: `${whereOf(value)} is not written as a ${as}` }
  if (as !== 'long') return text
  const number = BigInt(text)
  return BigInt.asIntN(64, number) === number ? number : { why: `${whereOf(value)} is no number of 64 bits` }
}

/** One spelling each: `07`, `7.0`, `+7` and `7abc` are a seven to one program and nothing to another. */
const forms: Readonly<Record<NonNullable<RouteValue['as']>, RegExp>> = {
  // A NUL ends a text for some programs; blanks at its ends go away in others.
  string: /^(?!\s)\P{Cc}+(?<!\s)$/u,
  long: /^(?:0|-?[1-9]\d{0,18})$/,
  uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
}

const whereOf = (value: RouteValue): string =>
  'path' in value
    ? `the parameter ${value.path}`
    : 'query' in value
      ? `the parameter ${value.query} of the query`
      : 'it'

function textOf(value: RouteValue, parameters: Parameters, query: string): string | Unnamed {
  if ('value' in value) return value.value
  if ('path' in value) return parameters.get(value.path) ?? { why: `${whereOf(value)} is missing` }
  return queryText(value.query, query)
}

/**
 * The one value of a parameter. Programs do not agree which of two counts, nor whether `ID`, `id[]`, `id.x` or `%69d` is it: any second one
 * that somebody could take for it refuses.
 */
function queryText(name: string, query: string): string | Unnamed {
  const wanted = sameFor(name)
  let found: string | undefined
  for (const pair of query.slice(1).split(/[&;]/)) {
    const equals = pair.indexOf('=')
    const written = equals < 0 ? pair : pair.slice(0, equals)
    if (sameFor(decoded(written)) !== wanted) continue
    if (found !== undefined || written !== name || equals < 0)
      return { why: `${name} stands in the query in a way that can be misread` }
    found = decoded(pair.slice(equals + 1))
  }
  if (found === undefined) return { why: `the parameter ${name} of the query is missing` }
  // A second decoding, somewhere behind, would make another text of it; a semicolon ends the value for some.
  return /%[0-9a-f]{2}/i.test(found) || query.includes(';')
    ? { why: `${name} can be read in more than one way` }
    : found
}

/** PHP ends a name at a NUL, and takes blanks, dots and what lies behind a bracket for something else. */
const sameFor = (name: string): string =>
  name
    .replace(/[[\0].*$/s, '')
    .trim()
    .toLowerCase()
    .replaceAll(/[.\s-]/g, '_')

function decoded(text: string): string {
  const spaced = text.replaceAll('+', ' ')
  try {
    return decodeURIComponent(spaced)
  } catch {
    return spaced
  }
}

/** As which methods a backend may take a request (`X-HTTP-Method-Override` and its kin, `_method` of the query). */
export function methodsOf(method: string, override: string | null, query: string): readonly string[] {
  if (override === null && !/method|%/i.test(query)) return [method]
  const methods = [method, ...(override ?? '').split(',')]
  for (const pair of query.slice(1).split(/[&;]/)) {
    const equals = pair.indexOf('=')
    if (equals > 0 && sameFor(decoded(pair.slice(0, equals))) === '_method')
      methods.push(decoded(pair.slice(equals + 1)))
  }
  return [...new Set(methods.map((each) => each.trim().toUpperCase()).filter((each) => each !== ''))]
}
