import type { Observed } from '../types.ts'
import { draftOf } from './draft.ts'
import { below, newNode, newUsage, type Usage } from './paths.ts'
import { addTo, memberOf, newSketch } from './sketch.ts'

export interface LearnerOptions {
  /** Segments of paths that are kept; what comes beyond is counted only. */
  readonly paths?: number
}

/** Gathers what an API is asked, in a bounded summary without values. */
export interface Learner {
  /** For `InspectorOptions.observe`. */
  readonly observe: (observed: Observed) => void
  /** Operations that the document does not know, as often as they were seen; and requests that found no room. */
  summary(): {
    readonly operations: readonly { readonly name: string; readonly count: number }[]
    readonly dropped: number
  }
  /** An OpenAPI 3.1 document that describes what was seen at least so often. It is a proposal: somebody reads it. */
  draft(least?: number): Record<string, unknown>
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'PATCH'])
const DEEPEST = 16
const MOST_MEDIA = 4

export function createLearner(options: LearnerOptions = {}): Learner {
  const root = newNode()
  const room = { left: options.paths ?? 2000 }
  let dropped = 0

  function usageOf(method: string, path: string): Usage | undefined {
    const segments = path.split('/', DEEPEST + 2).slice(1)
    if (!METHODS.has(method) || segments.length > DEEPEST) return undefined
    let node = root
    for (const segment of segments) {
      const next = below(node, segment, room)
      if (next === undefined) return undefined
      node = next
    }
    const usage = node.methods.get(method) ?? newUsage()
    node.methods.set(method, usage)
    return usage
  }

  return {
    observe({ method, path, operation, query, contentType, body }) {
      if (operation !== null) return
      const usage = usageOf(method, path)
      if (usage === undefined) {
        dropped++
        return
      }
      usage.count++
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
    draft: (least = 1) => ({
      openapi: '3.1.0',
      info: { title: 'Proposed from traffic', version: '0' },
      paths: pathsOf(draftOf(root, least)),
    }),
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

function pathsOf(operations: ReturnType<typeof draftOf>): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const { path, method, operation } of operations) (paths[path] ??= {})[method.toLowerCase()] = operation
  return paths
}
