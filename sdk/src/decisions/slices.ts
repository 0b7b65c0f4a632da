import type { TemplateLinkJson, TimedGrant } from '@holdfast/bundle'
import {
  createEntities,
  type Entities,
  type EntityJson,
  PolicyError,
  type PolicySet,
  type Uid,
  type UidJson,
  withLinks,
} from '@holdfast/policy'

/** The grants of a stretch of time in which none begins or ends. */
export interface Grants {
  readonly policies: PolicySet
  readonly entities: Entities
  /** The links for a time that hold. They are in the policies. */
  readonly links: readonly TemplateLinkJson[]
}

export interface Timeless extends Pick<Grants, 'policies' | 'entities'> {
  /** The entities as they came. */
  readonly list: readonly EntityJson[]
  readonly timed: readonly TimedGrant[]
}

/**
 * What holds at a moment. Put together anew only when a grant begins or ends: by the clock alone, so that it happens also in a process
 * that is cut off from its control plane. A clock that is set back revives nothing: an earlier moment is read as the latest that was seen,
 * for as long as these slices are held.
 * @param now milliseconds since 1970; what holds then is put together at once
 * @returns the grants of a moment, or null when they cannot be put together (a group that lies in itself): they are not guessed at
 * @throws PolicyError when those of `now` cannot
 */
export function createSlices(timeless: Timeless, now: number): (now: number) => Grants | null {
  const { timed } = timeless
  if (timed.length === 0) {
    const always = { ...timeless, links: [] }
    return () => always
  }
  const boundaries = boundariesOf(timed)
  let until = endOf(boundaries, now)
  let grants: Grants | null = build(timeless, now)
  return (moment) => {
    // Earlier than this slice is in it as well: only what lies behind it is new.
    if (moment < until) return grants
    until = endOf(boundaries, moment)
    try {
      grants = build(timeless, moment)
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error
      grants = null
    }
    return grants
  }
}

/** Milliseconds at which something begins or ends, ascending. */
function boundariesOf(timed: readonly TimedGrant[]): readonly number[] {
  const moments = timed.flatMap(({ from, until }) => [from, until]).filter((at) => at !== null)
  return [...new Set(moments)].toSorted((a, b) => a - b)
}

function endOf(boundaries: readonly number[], now: number): number {
  return boundaries.find((at) => at > now) ?? Number.POSITIVE_INFINITY
}

function build({ policies, entities, list, timed }: Timeless, now: number): Grants {
  const holding = timed.filter(({ from, until }) => (from ?? -Infinity) <= now && now < (until ?? Infinity))
  const links = holding.flatMap(({ link }) => (link === undefined ? [] : [link]))
  const memberships = holding.flatMap(({ membership }) => (membership === undefined ? [] : [membership]))
  return {
    policies: links.length === 0 ? policies : withLinks(policies, links),
    entities: memberships.length === 0 ? entities : createEntities(joined(list, memberships)),
    links,
  }
}

/** A membership adds a parent to whom the bundle knows, and makes nobody known: who is disabled is not in the bundle, and stays out. */
function joined(
  list: readonly EntityJson[],
  memberships: readonly { readonly child: Uid; readonly parent: Uid }[],
): readonly EntityJson[] {
  const parents = Map.groupBy(memberships, ({ child }) => keyOf(child))
  return list.map((entity) => {
    const more = parents.get(keyOf(entity.uid))
    if (more === undefined) return entity
    return { ...entity, parents: [...(entity.parents ?? []), ...more.map(({ parent }) => parent)] }
  })
}

function keyOf(uid: UidJson): string {
  if (!('__entity' in uid)) return JSON.stringify([uid.type, uid.id])
  const { __entity: plain } = uid
  return keyOf(plain)
}
