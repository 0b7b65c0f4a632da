import type { BlockedRequests, Uid } from '../api/types.ts'

type Refused = Pick<
  BlockedRequests['items'][number],
  'actor' | 'address' | 'method' | 'path' | 'operation' | 'cause' | 'count' | 'at'
>

/** Who or what ran into limits, and how often. */
export interface Hit {
  readonly key: string
  /** null: an address, or a route. */
  readonly actor: Uid | null
  readonly rules: readonly string[]
  readonly count: number
  readonly last: string
}

/**
 * Puts refused requests together by who sent them, or by where they went; the most frequent first.
 * @param refused newest first, as they are listed
 */
export function hitsBy(refused: readonly Refused[], by: 'client' | 'route'): readonly Hit[] {
  const found = new Map<string, Hit>()
  for (const request of refused.map((each, index) => told(each, refused.slice(index + 1)))) {
    const actor = by === 'client' ? request.actor : null
    const key = by === 'client' ? clientOf(request) : routeOf(request)
    const known = found.get(key)
    const rule = ruleOf(request)
    found.set(key, {
      key,
      actor,
      rules: known?.rules.includes(rule) === true ? known.rules : [...(known?.rules ?? []), rule],
      count: (known?.count ?? 0) + request.count,
      last: known === undefined || known.last < request.at ? request.at : known.last,
    })
  }
  return [...found.values()].toSorted((a, b) => b.count - a.count)
}

/** The rest of a flood is a number alone: it went where the requests before it went, as far as they are told. */
function told(request: Refused, before: readonly Refused[]): Refused {
  if (request.method !== null) return request
  const client = clientOf(request)
  const alike = before.find((each) => each.method !== null && clientOf(each) === client)
  return alike === undefined ? request : { ...alike, count: request.count, at: request.at }
}

function clientOf({ actor, address }: Refused): string {
  return actor === null ? (address ?? 'not known') : `${actor.type} ${actor.id}`
}

function routeOf({ operation, method, path }: Refused): string {
  return operation ?? (method === null ? 'not told' : `${method} ${path ?? ''}`)
}

/** Gateways say `limit sign-in`; a limit on what is under way at once has no name. */
function ruleOf({ cause, method }: Refused): string {
  if (cause?.startsWith('limit ') === true) return cause.slice('limit '.length)
  return method === null ? 'not told' : 'at once'
}
