import { mergeNode, newNode, newUsage, type PathNode, type Usage } from './paths.ts'
import { type Kind, newSketch, type Sketch } from './sketch.ts'

/** What was learnt, as JSON: counts, names, types and lengths, and no value. Several of them add up. */
export interface Learned {
  readonly literals: Readonly<Record<string, Learned>>
  readonly any: Learned | null
  readonly values: LearnedSketch
  readonly methods: Readonly<Record<string, LearnedUsage>>
  readonly folded: boolean
}

export interface LearnedUsage {
  readonly count: number
  readonly query: LearnedSketch
  readonly repeated: readonly string[]
  readonly bodies: Readonly<Record<string, LearnedSketch>>
}

export interface LearnedSketch {
  readonly count: number
  readonly kinds: readonly Kind[]
  readonly longest: number
  readonly members: Readonly<Record<string, LearnedSketch>>
  readonly items: LearnedSketch | null
  readonly more: boolean
}

export const learnedOf = (node: PathNode): Learned => ({
  literals: recordOf(node.literals, learnedOf),
  any: node.any === null ? null : learnedOf(node.any),
  values: sketchOf(node.values),
  methods: recordOf(node.methods, ({ count, query, repeated, bodies }) => ({
    count,
    query: sketchOf(query),
    repeated: [...repeated],
    bodies: recordOf(bodies, sketchOf),
  })),
  folded: node.folded,
})

const sketchOf = ({ count, kinds, longest, members, items, more }: Sketch): LearnedSketch => ({
  count,
  kinds: [...kinds],
  longest,
  members: recordOf(members, sketchOf),
  items: items === null ? null : sketchOf(items),
  more,
})

const recordOf = <From, To>(map: ReadonlyMap<string, From>, to: (from: From) => To): Record<string, To> =>
  Object.fromEntries([...map].map(([name, value]) => [name, to(value)]))

export function nodeOf({ literals, any, values, methods, folded }: Learned): PathNode {
  const node = newNode()
  for (const [segment, child] of Object.entries(literals)) node.literals.set(segment, nodeOf(child))
  if (any !== null) node.any = nodeOf(any)
  fillSketch(node.values, values)
  for (const [method, usage] of Object.entries(methods)) node.methods.set(method, usageOf(usage))
  node.folded = folded
  return node
}

function usageOf({ count, query, repeated, bodies }: LearnedUsage): Usage {
  const usage = newUsage()
  usage.count = count
  fillSketch(usage.query, query)
  for (const name of repeated) usage.repeated.add(name)
  for (const [media, sketch] of Object.entries(bodies)) usage.bodies.set(media, fillSketch(newSketch(), sketch))
  return usage
}

function fillSketch(into: Sketch, { count, kinds, longest, members, items, more }: LearnedSketch): Sketch {
  into.count = count
  for (const kind of kinds) into.kinds.add(kind)
  into.longest = longest
  for (const [name, member] of Object.entries(members)) into.members.set(name, fillSketch(newSketch(), member))
  into.items = items === null ? null : fillSketch(newSketch(), items)
  into.more = more
  return into
}

/** Adds what one gateway has learnt to what is known already. */
export function mergeLearned(known: Learned | null, more: Learned): Learned {
  const root = known === null ? newNode() : nodeOf(known)
  mergeNode(root, nodeOf(more))
  return learnedOf(root)
}
