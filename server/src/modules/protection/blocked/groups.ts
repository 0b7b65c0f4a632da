import { exceptionId } from '../exceptions/scope.ts'
import { operationOf, type Seen } from './search.ts'
import type { BlockedRequest, Told } from './request.ts'

/** Requests in which the same was found at the same place. */
export interface Group {
  readonly key: string
  readonly operation: string
  readonly mode: BlockedRequest['mode']
  readonly code: string
  /** The one that was seen last; null where nothing was found in the request (a limit, another site). */
  readonly finding: Told | null
  /** Its place among the findings of the newest request. */
  readonly index: number
  count: number
  readonly first: string
  readonly last: string
  readonly events: readonly string[]
}

const mostEvents = 5

interface Growing extends Omit<Group, 'first' | 'events'> {
  first: string
  readonly events: string[]
}

/** @param seen newest first */
export function groupsOf(seen: readonly Seen[]): readonly Group[] {
  const groups = new Map<string, Growing>()
  const ofEvent = new Map<string, Growing[]>()
  const floods: Seen[] = []
  for (const one of seen) {
    const { request, findings } = one
    if (request.last !== null) {
      floods.push(one)
      continue
    }
    const told: readonly (Told | null)[] = findings.length === 0 ? [null] : findings
    for (const [index, finding] of told.entries()) {
      const group = add(groups, request, finding, index)
      ofEvent.set(request.event, [...(ofEvent.get(request.event) ?? []), group])
    }
  }
  // A flood says how many more there were like the last one that was told.
  for (const { request } of floods) {
    const alike = ofEvent.get(request.last ?? '') ?? [add(groups, request, null, 0)]
    for (const group of alike) group.count += ofEvent.has(request.last ?? '') ? request.count : request.count - 1
  }
  return [...groups.values()].toSorted((left, right) => right.count - left.count || (left.last < right.last ? 1 : -1))
}

function add(groups: Map<string, Growing>, request: BlockedRequest, finding: Told | null, index: number): Growing {
  const { mode, code, at, event } = request
  // Ids in the path, and places in lists, make no other finding.
  const operation = finding?.exception?.operation ?? operationOf(request)
  const key = JSON.stringify([mode, code, operation, ...partsOf(finding)])
  const known = groups.get(key)
  if (known === undefined) {
    const group = { key, operation, mode, code, finding, index, count: 1, first: at, last: at, events: [event] }
    groups.set(key, group)
    return group
  }
  known.count += 1
  known.first = at
  if (known.events.length < mostEvents) known.events.push(event)
  return known
}

function partsOf(finding: Told | null): readonly string[] {
  if (finding === null) return []
  const { kind, place, name, by, class: kindOfAttack, exception } = finding
  return exception === null ? [kind, place, name, by, kindOfAttack] : [kind, exceptionId(exception)]
}
