import { type Document, escapeStep, isObject, type Json } from './document.ts'
import type { Shapes } from './shapes.ts'
import type { Answer, Body, FieldEncoding, Media, Method, Operation, Parameter, Style } from './types.ts'

const STYLES: Readonly<Record<Parameter['in'], readonly Style[]>> = {
  path: ['simple', 'label', 'matrix'],
  query: ['form', 'spaceDelimited', 'pipeDelimited', 'deepObject'],
  header: ['simple'],
  cookie: ['form'],
}
/** OpenAPI, "Parameter Object": definitions of these are ignored. */
const NOT_PARAMETERS: ReadonlySet<string> = new Set(['accept', 'content-type', 'authorization'])

export interface Parts {
  readonly document: Document
  readonly request: Shapes
  readonly answer: Shapes
}

/** Compiles one operation. @param around the path item, whose parameters hold for all its operations */
export function compileOperation(
  parts: Parts,
  method: Method,
  template: string,
  own: Json,
  around: Json,
  at: string,
  place: string,
): Operation {
  const parameters = new Map<string, Parameter>()
  for (const [list, where] of [
    [around['parameters'], `${place}/parameters`],
    [own['parameters'], `${at}/parameters`],
  ] as const) {
    if (!Array.isArray(list)) continue
    for (const [n, item] of list.entries()) {
      const parameter = compileParameter(parts, item, `${where}/${n}`)
      if (parameter !== null) parameters.set(`${parameter.in} ${parameter.name}`, parameter)
    }
  }
  for (const parameter of keysOf(parts))
    if (!parameters.has(`${parameter.in} ${parameter.name}`))
      parameters.set(`${parameter.in} ${parameter.name}`, parameter)
  const all = [...parameters.values()]
  const names = [...template.matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name)
  const path = names.map((name) => all.find((parameter) => parameter.in === 'path' && parameter.name === name))
  for (const [n, parameter] of path.entries()) {
    if (parameter === undefined)
      parts.document.problems.error('document_malformed', at, `the parameter ${names[n]} of the path is not described`)
  }
  const among = (where: Parameter['in']) => all.filter((parameter) => parameter.in === where)
  return {
    method,
    template,
    id: typeof own['operationId'] === 'string' ? own['operationId'] : null,
    name: `${method} ${template}`,
    path: path.filter((parameter) => parameter !== undefined),
    query: new Map(among('query').map((parameter) => [parameter.name, parameter])),
    deep: among('query').filter(
      ({ style, explode, shape, json }) =>
        !json && shape.reading.kind === 'object' && (style === 'deepObject' || explode),
    ),
    header: new Map(among('header').map((parameter) => [parameter.name.toLowerCase(), parameter])),
    cookie: new Map(among('cookie').map((parameter) => [parameter.name, parameter])),
    body: compileBody(parts, own['requestBody'], `${at}/requestBody`),
    answers: compileAnswers(parts, own['responses'], `${at}/responses`),
  }
}

function compileParameter({ document, request }: Parts, item: unknown, from: string): Parameter | null {
  const resolved = document.resolve(item, from)
  if (resolved === undefined) return null
  const { value, at } = resolved
  const { name, in: where } = value
  if (typeof name !== 'string' || typeof where !== 'string' || !Object.hasOwn(STYLES, where)) {
    document.problems.error('document_malformed', at, 'a parameter without a name or a known place')
    return null
  }
  const place = where as Parameter['in']
  if (place === 'header' && NOT_PARAMETERS.has(name.toLowerCase())) return null
  const { content } = value
  const [media] = isObject(content) ? Object.entries(content) : []
  const json = media !== undefined && /^application\/(?:[^;]*\+)?json\b/i.test(media[0])
  if (media !== undefined && !json)
    document.problems.warn('parameter_unsupported', at, 'a parameter of a media type other than JSON is taken as text')
  const style = (typeof value['style'] === 'string' ? value['style'] : STYLES[place][0]) as Style
  if (!STYLES[place].includes(style))
    document.problems.error('parameter_unsupported', at, `the style ${style} is none of a ${place}`)
  const schema =
    media === undefined
      ? (value['schema'] ?? {})
      : json && isObject(media[1])
        ? (media[1]['schema'] ?? {})
        : { type: 'string' }
  return {
    name,
    in: place,
    required: place === 'path' || value['required'] === true,
    style,
    explode: typeof value['explode'] === 'boolean' ? value['explode'] : style === 'form' || style === 'deepObject',
    json,
    allowEmpty: value['allowEmptyValue'] === true,
    shape: request.add(schema, `${at}/schema`, name),
  }
}

/** Keys of the API that come as parameters without being described as such (`securitySchemes`). */
function keysOf({ document, request }: Parts): Parameter[] {
  const { components } = document.root
  const schemes = isObject(components) ? components['securitySchemes'] : undefined
  if (!isObject(schemes)) return []
  return Object.values(schemes).flatMap((scheme) => {
    if (!isObject(scheme) || scheme['type'] !== 'apiKey') return []
    const { name, in: where } = scheme
    if (typeof name !== 'string' || (where !== 'query' && where !== 'header' && where !== 'cookie')) return []
    const shape = request.add(API_KEY, '/components/securitySchemes', name)
    const style = where === 'header' ? 'simple' : 'form'
    return [{ name, in: where, required: false, style, explode: false, json: false, allowEmpty: false, shape } as const]
  })
}

const API_KEY = { type: 'string' }

function compileBody({ document, request }: Parts, item: unknown, from: string): Body | null {
  if (item === undefined) return null
  const resolved = document.resolve(item, from)
  if (resolved === undefined) return null
  return {
    required: resolved.value['required'] === true,
    content: compileContent(document, request, resolved.value['content'], `${resolved.at}/content`),
  }
}

function compileContent(document: Document, shapes: Shapes, content: unknown, at: string): Media[] {
  if (!isObject(content)) return []
  const media = Object.entries(content).map(([type, value]): Media => {
    const range = (type.split(';')[0] ?? '').trim().toLowerCase()
    const place = `${at}/${escapeStep(type)}`
    const schema = isObject(value) ? value['schema'] : undefined
    return {
      range,
      schema: schema === undefined ? null : shapes.add(schema, `${place}/schema`),
      encoding: encodingOf(isObject(value) ? value['encoding'] : undefined),
    }
  })
  // The most specific range is asked first (OpenAPI, "Request Body Object").
  return media.toSorted((left, right) => stars(left.range) - stars(right.range))
}

const stars = (range: string): number => range.split('*').length

function encodingOf(encoding: unknown): Map<string, FieldEncoding> {
  const fields = new Map<string, FieldEncoding>()
  if (!isObject(encoding)) return fields
  for (const [name, value] of Object.entries(encoding)) {
    const types = isObject(value) ? value['contentType'] : undefined
    fields.set(name, {
      contentType: typeof types === 'string' ? types.split(',').map((type) => type.trim().toLowerCase()) : null,
    })
  }
  return fields
}

function compileAnswers({ document, answer }: Parts, responses: unknown, at: string): Map<string, Answer> {
  const answers = new Map<string, Answer>()
  if (!isObject(responses)) return answers
  for (const [status, item] of Object.entries(responses)) {
    if (status.startsWith('x-')) continue
    const resolved = document.resolve(item, `${at}/${status}`)
    if (resolved !== undefined)
      answers.set(status.toUpperCase(), {
        content: compileContent(document, answer, resolved.value['content'], `${resolved.at}/content`),
      })
  }
  return answers
}

/** @returns the description of a media type, by the most specific range */
export function mediaFor(content: readonly Media[], media: string): Media | undefined {
  const family = `${media.split('/')[0] ?? ''}/*`
  return content.find(({ range }) => range === media || range === family || range === '*/*')
}
