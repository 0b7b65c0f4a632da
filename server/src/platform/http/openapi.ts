import { z } from 'zod'
import { type Checked, isMedia, isPublic, type Route } from './route.ts'

type Json = Readonly<Record<string, unknown>>

/** OpenAPI 3.1 of the routes; made of the same definitions that the router runs. Pages are left out. */
export function openApi(routes: readonly Route[], version: string): Json {
  const paths: Record<string, Record<string, Json>> = {}
  const named: Record<string, Json> = {}
  for (const route of routes.filter((each) => each.output !== 'page').toSorted(byPath)) {
    const path = patternOf(route).replaceAll(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: hoisted(operation(route), named) as Json }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Holdfast', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    paths,
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description:
            'A service key (hfk_), an access token that was issued for this API, or the bootstrap token (hfb_).',
        },
        session: { type: 'apiKey', in: 'cookie', name: '__Host-holdfast' },
      },
      parameters: commonParameters,
      responses: { StepUp: stepUpResponse },
      schemas: { Problem: problemSchema, ...named },
    },
  }
}

function byPath(a: Route, b: Route): number {
  return a.path.localeCompare(b.path) || a.method.localeCompare(b.method)
}

function operation(route: Route): Json {
  const { permission } = route
  const needs: Json = isPublic(permission)
    ? { security: [], 'x-public': permission.public }
    : { security: [{ bearer: [] }, { session: [] }], 'x-action': (permission as Checked<string, object>).action }
  return {
    summary: route.summary,
    operationId: `${route.method.toLowerCase()}${route.path.replaceAll(/[^a-zA-Z]+(.)?/g, (_, next: string | undefined) => next?.toUpperCase() ?? '')}`,
    ...needs,
    ...(route.event !== null && { 'x-event': route.event }),
    ...(route.assurance !== null && { 'x-assurance': route.assurance }),
    parameters: [...pathParameters(patternOf(route)), ...queryParameters(route.input.query), ...common(route)],
    ...(route.input.body !== undefined && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: jsonSchema(route.input.body, 'input') } },
      },
    }),
    ...(route.input.bytes !== undefined && {
      requestBody: {
        required: true,
        content: Object.fromEntries(route.input.bytes.media.map((media) => [media, { schema: { type: 'string' } }])),
      },
    }),
    responses: {
      '200': {
        description: 'Done',
        content: content(route.output),
      },
      ...(route.assurance !== null && { '401': { $ref: '#/components/responses/StepUp' } }),
      default: {
        description: 'Refused or failed',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  }
}

const commonParameters: Json = {
  wait: {
    name: 'wait',
    in: 'query',
    description:
      'Answers when no gateway and no SDK acts by anything older; `Holdfast-Effective` says when that was, or `pending`.',
    schema: { const: 'effective' },
  },
  minEpoch: {
    name: 'Holdfast-Min-Epoch',
    in: 'header',
    description: 'Nothing older than this epoch may be read: else 503 `epoch_not_reached`.',
    schema: { type: 'integer', minimum: 0 },
  },
}

/** What every route takes beside its own input. */
function common({ method, permission, event }: Route): Json[] {
  if (isPublic(permission)) return []
  const name = event === null ? 'minEpoch' : method === 'GET' ? undefined : 'wait'
  return name === undefined ? [] : [{ $ref: `#/components/parameters/${name}` }]
}

/** `/log/tile/*` takes what follows as one parameter. */
function patternOf({ path }: Route): string {
  return path.replace(/\*$/, ':path')
}

function content(output: Route['output']): Json {
  if (output === 'page') return {}
  if (isMedia(output)) return { [output.media]: { schema: { type: 'string' } } }
  return { 'application/json': { schema: jsonSchema(output, 'output') } }
}

function pathParameters(path: string): Json[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
}

function queryParameters(schema: z.ZodType | undefined): Json[] {
  if (schema === undefined) return []
  const { properties = {}, required = [] } = jsonSchema(schema, 'input') as {
    properties?: Record<string, Json>
    required?: string[]
  }
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema: property,
  }))
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any', reused: 'inline' }) as Json & {
    $schema?: string
  }
  return rest
}

/** A schema with a name of its own comes with its definition; that of all of them has one place in the document. */
function hoisted(value: unknown, named: Record<string, Json>): unknown {
  if (Array.isArray(value)) return value.map((each) => hoisted(each, named))
  if (typeof value !== 'object' || value === null) return value
  const { $defs = {}, ...rest } = value as Json & { readonly $defs?: Readonly<Record<string, Json>> }
  for (const [name, definition] of Object.entries($defs)) named[name] = hoisted(definition, named) as Json
  return Object.fromEntries(
    Object.entries(rest).map(([key, each]) =>
      key === '$ref' && typeof each === 'string'
        ? [key, each.replace(/^#\/\$defs\//, '#/components/schemas/')]
        : [key, hoisted(each, named)],
    ),
  )
}

const stepUpResponse: Json = {
  description:
    'Not signed in, or (`insufficient_user_authentication`) with less than the `x-assurance` of the operation: RFC 9470, with `acrValues`, `maxAge` and the address `stepUp` at which a person shows more. Asked of sessions only.',
  headers: { 'WWW-Authenticate': { schema: { type: 'string' } } },
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
}

const problemSchema: Json = {
  type: 'object',
  description: 'RFC 9457 problem details',
  required: ['type', 'title', 'status', 'detail', 'code', 'requestId'],
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string', description: 'Stable; see docs/reference/errors.md' },
    requestId: { type: 'string' },
    eventId: { type: 'string', description: 'The event that this refusal left in the ledger' },
    acrValues: { type: 'string', description: 'With `insufficient_user_authentication`: what must be shown' },
    maxAge: { type: 'integer', description: 'With it: how many seconds ago at most' },
    stepUp: { type: 'string', description: 'With it: the path at which a person shows it, and which leads back' },
    errors: {
      type: 'array',
      items: { type: 'object', properties: { path: { type: 'string' }, message: { type: 'string' } } },
    },
  },
}
