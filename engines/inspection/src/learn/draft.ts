import { type Learned, nodeOf } from './learned.ts'
import type { PathNode, Usage } from './paths.ts'
import { schemaOf, type Sketch } from './sketch.ts'

export interface Drafted {
  readonly path: string
  readonly method: string
  readonly name: string
  readonly count: number
  readonly operation: Readonly<Record<string, unknown>>
  readonly usage: Usage
}

interface Parameter {
  readonly name: string
  readonly values: Sketch
}

/** Operations that were seen at least so often, by path. */
export function draftOf(root: PathNode, least: number): readonly Drafted[] {
  const drafted: Drafted[] = []
  const walk = (node: PathNode, path: string, parameters: readonly Parameter[], before: string): void => {
    for (const [method, usage] of node.methods) {
      if (usage.count < least) continue
      const at = path === '' ? '/' : path
      drafted.push({
        path: at,
        method,
        name: `${method} ${at}`,
        count: usage.count,
        operation: operationOf(usage, parameters),
        usage,
      })
    }
    for (const [segment, child] of node.literals) walk(child, `${path}/${segment}`, parameters, segment)
    if (node.any === null) return
    const name = nameFor(before, parameters)
    walk(node.any, `${path}/{${name}}`, [...parameters, { name, values: node.values }], '')
  }
  walk(root, '', [], '')
  return drafted.toSorted((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1))
}

/** `/orders/{orderId}`; a second one without a word before it is numbered. */
function nameFor(before: string, parameters: readonly Parameter[]): string {
  const word = /^[A-Za-z]+/.exec(before)?.[0] ?? ''
  const name = word === '' ? 'id' : `${word.replace(/s$/, '')}Id`
  return parameters.some((parameter) => parameter.name === name) ? `${name}${parameters.length + 1}` : name
}

function operationOf({ query, repeated, bodies }: Usage, path: readonly Parameter[]): Record<string, unknown> {
  const inPath = path.map(({ name, values }) => ({ name, in: 'path', required: true, schema: schemaOf(values) }))
  const inQuery = [...query.members]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, values]) => {
      const schema = schemaOf(values)
      return { name, in: 'query', schema: repeated.has(name) ? { type: 'array', items: schema } : schema }
    })
  const parameters = [...inPath, ...inQuery]
  const content = [...bodies].map(
    ([media, sketch]) => [media, sketch.count === 0 ? {} : { schema: schemaOf(sketch) }] as const,
  )
  return {
    ...(parameters.length > 0 && { parameters }),
    ...(content.length > 0 && { requestBody: { content: Object.fromEntries(content) } }),
    responses: { default: { description: 'Not learnt' } },
  }
}

const keyOf = ({ path, method }: Drafted): string => `${path} ${method}`

/** How sure it is that nothing is missing: what is rare has not shown all that it takes. */
export type Confidence = 'low' | 'medium' | 'high'

export interface Draft {
  /** An OpenAPI 3.1 document that describes what was seen at least so often. It is a proposal: somebody reads it. */
  readonly document: Readonly<Record<string, unknown>>
  readonly operations: readonly { readonly name: string; readonly count: number; readonly confidence: Confidence }[]
}

/** Counts from which on an operation is known well, and fairly. */
const WELL = 500
const FAIRLY = 50

export function draftLearned(learned: Learned | null, least = 1): Draft {
  const drafted = learned === null ? [] : draftOf(nodeOf(learned), least)
  const paths: Record<string, Record<string, unknown>> = {}
  for (const { path, method, count, operation } of drafted) {
    const told = { 'x-holdfast': { count, confidence: confidenceOf(count) } }
    ;(paths[path] ??= {})[method.toLowerCase()] = { ...operation, ...told }
  }
  return {
    document: { openapi: '3.1.0', info: { title: 'Proposed from traffic', version: '0' }, paths },
    operations: drafted.map(({ name, count }) => ({ name, count, confidence: confidenceOf(count) })),
  }
}

const confidenceOf = (count: number): Confidence => (count >= WELL ? 'high' : count >= FAIRLY ? 'medium' : 'low')
