import type { openApi } from './platform/http/openapi.ts'

type Schema = Readonly<Record<string, unknown>>

interface Operation {
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }
  readonly responses: Readonly<
    Record<string, { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }>
  >
}

/**
 * What the console knows of the routes below /api/v1, as TypeScript: for each its query, its body and its answer. So a route that
 * changes its form is a mistake that the compiler finds in the console.
 */
export function consoleTypes({ paths, components }: ReturnType<typeof openApi>): string {
  const { schemas } = components as { readonly schemas: Readonly<Record<string, Schema>> }
  const named = Object.entries(schemas).map(([name, schema]) => `export type ${name} = ${typeOf(schema)}`)
  const lines = Object.entries(paths as Readonly<Record<string, Readonly<Record<string, Operation>>>>)
    .filter(([path]) => path.startsWith('/api/v1/'))
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => routeLine(path, method, operation)),
    )
  return `// Made of the server's routes by \`npm run generate\`: not to be edited.
interface Route<Query, Body, Answer> {
  readonly query: Query
  readonly body: Body
  readonly answer: Answer
}

export interface Routes {
${lines.join('\n')}
}

${named.join('\n')}
`
}

function routeLine(path: string, method: string, { parameters, requestBody, responses }: Operation): string {
  const query = parameters
    .filter((parameter) => parameter.in === 'query')
    .map(({ name, schema }) => `readonly ${name}?: ${typeOf(schema)}`)
  const parts = [
    query.length === 0 ? '{}' : `{ ${query.join('; ')} }`,
    typeOfContent(requestBody?.content),
    typeOfContent(responses['200']?.content),
  ]
  return `  '${method.toUpperCase()} ${path}': Route<${parts.join(', ')}>`
}

/** What comes as text, or as bytes, has no form of its own. */
function typeOfContent(content: Readonly<Record<string, { readonly schema: Schema }>> | undefined): string {
  if (content === undefined) return 'undefined'
  const json = content['application/json']
  return json === undefined ? 'string' : typeOf(json.schema)
}

function typeOf(schema: Schema): string {
  const { type, $ref } = schema
  if (typeof $ref === 'string') return $ref.slice($ref.lastIndexOf('/') + 1)
  const parts = (schema['anyOf'] ?? schema['oneOf']) as readonly Schema[] | undefined
  if (parts !== undefined) return union(parts.map(typeOf))
  if (schema['const'] !== undefined) return literal(schema['const'])
  if (Array.isArray(schema['enum'])) return union(schema['enum'].map(literal))
  if (Array.isArray(type)) return union(type.map((each: unknown) => typeOf({ ...schema, type: each })))
  if (type === 'array') return listOf((schema['items'] ?? {}) as Schema)
  if (type === 'object') return objectOf(schema)
  if (type === 'integer' || type === 'number') return 'number'
  return type === 'string' || type === 'boolean' || type === 'null' ? type : 'unknown'
}

function objectOf(schema: Schema): string {
  const properties = Object.entries((schema['properties'] ?? {}) as Readonly<Record<string, Schema>>)
  const more = schema['additionalProperties']
  if (properties.length === 0 && typeof more === 'object' && more !== null) {
    return `Readonly<Record<string, ${typeOf(more as Schema)}>>`
  }
  const required = new Set(schema['required'] as readonly string[] | undefined)
  const members = properties.map(([name, property]) => {
    const key = /^[A-Za-z_]\w*$/.test(name) ? name : literal(name)
    return `readonly ${key}${required.has(name) ? '' : '?'}: ${typeOf(property)}`
  })
  return members.length === 0 ? '{}' : `{ ${members.join('; ')} }`
}

/** Beside `string` a single string says nothing more: TypeScript takes the union for `string`. */
function union(types: readonly string[]): string {
  const all = [...new Set(types)]
  return all.filter((type) => !all.includes('string') || !type.startsWith("'")).join(' | ')
}

function listOf(schema: Schema): string {
  const type = typeOf(schema)
  return /^\w+$/.test(type) || schema['type'] === 'object' ? `readonly ${type}[]` : `readonly (${type})[]`
}

function literal(value: unknown): string {
  return typeof value === 'string' ? `'${value.replaceAll(/[\\']/g, String.raw`\$&`)}'` : JSON.stringify(value)
}
