import { mediaFor } from '../api/operation.ts'
import type { Api, Operation, Plan } from '../api/types.ts'
import { draftOf } from './draft.ts'
import { type Learned, nodeOf } from './learned.ts'
import type { Usage } from './paths.ts'
import type { Sketch } from './sketch.ts'

/** What traffic and the document say differently. */
export interface Difference {
  /** As the document names it, else as it was learnt. */
  readonly operation: string
  readonly what: 'operation_new' | 'operation_unseen' | 'parameter_new' | 'body_new' | 'field_new'
  /** The name of a parameter, a media type, a JSON pointer with `*` for places in lists; else empty. */
  readonly at: string
  readonly count: number
}

/** Differences of one answer: more of them nobody reads. */
const MOST = 500

/** What was seen that the document does not describe, and what it describes that nobody has asked for. */
export function differencesOf(learned: Learned | null, api: Api | null): readonly Difference[] {
  if (api === null) return []
  const differences: Difference[] = []
  const seen = new Set<string>()
  const drafted = learned === null ? [] : draftOf(nodeOf(learned), 1)
  for (const { method, path, name, count, usage } of drafted) {
    const found = api.find(method, path.replaceAll(/\{\w+\}/g, '0'))
    const operation = found.operation ?? byShape(api, method, path)
    if (operation === null) differences.push({ operation: name, what: 'operation_new', at: '', count })
    else {
      seen.add(operation.name)
      compare(operation, usage, differences)
    }
  }
  for (const { name } of api.operations) {
    if (!seen.has(name)) differences.push({ operation: name, what: 'operation_unseen', at: '', count: 0 })
  }
  return differences.slice(0, MOST)
}

/** The same path but for the names of its parameters. */
function byShape(api: Api, method: string, path: string): Operation | null {
  const shape = shapeOf(path)
  return api.operations.find((each) => each.method === method && shapeOf(each.template) === shape) ?? null
}

const shapeOf = (path: string): string => path.replaceAll(/\{[^{}/]*\}/g, '{}')

function compare(operation: Operation, { query, bodies }: Usage, differences: Difference[]): void {
  const { name } = operation
  const deep = operation.deep.map((parameter) => parameter.name)
  for (const [parameter, { count }] of query.members) {
    const known =
      operation.query.has(parameter) || deep.some((own) => parameter === own || parameter.startsWith(`${own}[`))
    // Members of an exploded object have names of their own.
    if (!known && operation.deep.every(({ style }) => style === 'deepObject')) {
      differences.push({ operation: name, what: 'parameter_new', at: parameter, count })
    }
  }
  for (const [media, sketch] of bodies) {
    const known = operation.body === null ? undefined : mediaFor(operation.body.content, media)
    if (known === undefined) differences.push({ operation: name, what: 'body_new', at: media, count: sketch.count })
    else if (known.schema !== null) compareFields(name, known.schema.plan, sketch, '', differences)
  }
}

/** A plan tells what the document knows of a member, where it leaves anything to look at. */
function compareFields(operation: string, plan: Plan, sketch: Sketch, at: string, differences: Difference[]): void {
  if (sketch.items !== null && plan.items !== null) {
    compareFields(operation, plan.items, sketch.items, `${at}/*`, differences)
  }
  if (plan.members === null) return
  for (const [name, member] of sketch.members) {
    const known = plan.members.get(name)
    if (known !== undefined) compareFields(operation, known, member, `${at}/${name}`, differences)
    else differences.push({ operation, what: 'field_new', at: `${at}/${name}`, count: member.count })
  }
}
