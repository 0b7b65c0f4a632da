import type { Observed } from '../types.ts'
import { draftOf } from './draft.ts'
import { type Learned, learnedOf } from './learned.ts'
import { below, newNode, newUsage, type Usage } from './paths.ts'
import { addTo, memberOf, newSketch } from './sketch.ts'
import { type Witness, Witnesses } from './witnesses.ts'

export interface LearnerOptions {
  /** Segments of paths that are kept; what comes beyond is counted only. */
  readonly paths?: number
}

/** Gathers what an API is asked, in a bounded summary without values. */
export interface Learner {
  /** Takes a request that was answered well. It teaches when `Witnesses` believe it. */
  observe(observed: Observed, witness: Witness): void
  /** What was learnt since it was last taken; null: nothing. Whom it believes stays. */
  take(): Learned | null
  /** Operations, as often as they were seen; and requests that found no room. */
  summary(): {
    readonly operations: readonly { readonly name: string; readonly count: number }[]
    readonly dropped: number
  }
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'PATCH'])
const DEEPEST = 16
const MOST_MEDIA = 4

export function createLearner(options: LearnerOptions = {}): Learner {
  const witnesses = new Witnesses()
  let root = newNode()
  let room = { left: options.paths ?? 2000 }
  let dropped = 0
  let taught = false

  function usageOf(method: string, path: string, template: string | undefined): Usage | undefined {
    const segments = path.split('/', DEEPEST + 2).slice(1)
    if (!METHODS.has(method) || segments.length > DEEPEST) return undefined
    // Where the document knows the path, it says which segments are values.
    const known = template?.split('/').slice(1)
    let node = root
    for (const [n, segment] of segments.entries()) {
      const next = below(node, segment, room, known?.[n]?.includes('{'))
      if (next === undefined) return undefined
      node = next
    }
    const usage = node.methods.get(method) ?? newUsage()
    node.methods.set(method, usage)
    return usage
  }

  return {
    observe(observed, witness) {
      if (!witnesses.believes(observed, witness)) return
      const { method, path, operation, query, contentType, body } = observed
      const usage = usageOf(method, path, operation?.template)
      if (usage === undefined) {
        dropped++
        return
      }
      usage.count++
      taught = true
      observeQuery(usage, query)
      if (contentType === null) return
      const known = usage.bodies.get(contentType)
      if (known === undefined && usage.bodies.size >= MOST_MEDIA) return
      const sketch = known ?? newSketch()
      usage.bodies.set(contentType, sketch)
      if (body !== undefined) addTo(sketch, body, contentType !== 'application/json')
    },
    summary: () => ({
      operations: draftOf(root, 1).map(({ name, count }) => ({ name, count })),
      dropped,
    }),
    take() {
      if (!taught) return null
      const learned = learnedOf(root)
      root = newNode()
      room = { left: options.paths ?? 2000 }
      taught = false
      return learned
    },
  }
}

function observeQuery({ query: sketch, repeated }: Usage, query: Observed['query']): void {
  const seen = new Set<string>()
  sketch.count++
  for (const [name, value] of query) {
    const known = memberOf(sketch, name)
    if (known === null) {
      sketch.more = true
      continue
    }
    if (seen.has(name)) repeated.add(name)
    seen.add(name)
    addTo(known, value, true)
  }
}
