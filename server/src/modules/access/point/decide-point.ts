import {
  type Entities,
  type EntityJson,
  type Explanation,
  explain,
  PolicyError,
  type Request,
  withLinks,
} from '@holdfast/policy'
import type { Clock } from '../../../platform/clock.ts'
import type { Transaction } from '../../../platform/database/database.ts'
import type { Uid } from '../../../platform/ports.ts'
import type { EncryptedColumn } from '../../keys/index.ts'
import { isLasting } from '../grants/store.ts'
import { ownApplication } from '../own/load.ts'
import type { Rules } from '../rules.ts'
import { entityOf, isOfDirectory, keyOf, type StandingsOf, uidsIn } from '../standing.ts'
import { linksOf } from '../world/build.ts'
import { type GrantLink, roleUid, type StoredEntity } from '../world/types.ts'
import { plain, Pool } from './pool.ts'
import { type Reading, readingOf } from './reading.ts'
import { mostTouched } from './stored.ts'

export interface PointDeps {
  readonly standingsOf: StandingsOf
  readonly sealed: EncryptedColumn
  readonly clock: Clock
}

export interface Point {
  readonly request: Request
  /** what we know by ourselves, of the principal first */
  readonly known: readonly EntityJson[]
  /** what whoever asks says of things, in Cedar's JSON form */
  readonly given: readonly EntityJson[]
  /** Grants for a time do not count. */
  readonly lasting?: boolean
  /** what questions of the same transaction have read already */
  readonly reading?: Reading
}

export interface Decided {
  readonly explanation: Explanation
  readonly entities: Entities
  readonly links: readonly GrantLink[]
}

/**
 * One decision, on what the database says now of whatever the question names: groups, roles, grants, stored entities. What
 * the question itself says fills in what is not stored; it moves nobody in a hierarchy that leads to the principal's rights.
 * Throws `PolicyError` for a question that cannot be evaluated.
 */
export async function decidePoint(
  tx: Transaction,
  deps: PointDeps,
  application: string,
  rules: Rules,
  { request, known, given, lasting = false, reading = readingOf(tx, deps, application) }: Point,
): Promise<Decided> {
  const { principal, action, resource } = request
  const pool = new Pool()
  for (const entity of known) pool.add({ ...entity, uid: plain(entity.uid) })
  const named = unique([...uidsIn(principal, action, resource, request.context, known, given), ...rules.named])
  const stored = await closure(reading, rules, named)
  for (const { uid, attrs, tags, parents } of stored) {
    pool.add({ uid, attrs, tags, parents: isOfDirectory(uid) ? [] : parents })
  }
  addGiven(pool, rules, principal, given, new Set(stored.map(({ uid }) => keyOf(uid))))

  const described = new Set(known.map(({ uid }) => keyOf(uid)))
  const mentioned = [...pool.uids(), ...named, ...uidsIn(...stored.map(({ attrs, tags }) => [attrs, tags]))]
  const unplaced = unique(mentioned).filter((uid) => isOfDirectory(uid) && !described.has(keyOf(uid)))
  for (const standing of await reading.standings(unplaced)) {
    const { uid, ...entity } = entityOf(standing, application === ownApplication)
    pool.add({ ...entity, uid: plain(uid) })
  }

  const links = rules.has.grants ? await addGrants(reading, rules, { pool, principal, named, lasting }) : []
  const entities = rules.base.with(pool.list().filter(({ uid }) => rules.base.get(plain(uid)) === undefined))
  const set = links.length === 0 ? rules.set : withLinks(rules.set, links)
  // A forbid that fails denies, here as in the SDK: what cannot be checked is refused.
  return { explanation: explain(set, request, entities, { onError: 'deny' }), entities, links }
}

/** What is stored of the entities that are named, of what those name, and so on as far as policies can follow. */
async function closure(
  reading: Reading,
  { depth, has }: Rules,
  named: readonly Uid[],
): Promise<readonly StoredEntity[]> {
  const found = new Map<string, StoredEntity>()
  const asked = new Set<string>()
  let frontier = named
  for (let level = 0; level <= depth; level += 1) {
    const next = frontier.filter((uid) => has.types.has(uid.type) && !asked.has(keyOf(uid)))
    if (next.length === 0) break
    for (const uid of next) asked.add(keyOf(uid))
    const fresh = await reading.stored(next)
    for (const entity of fresh) found.set(keyOf(entity.uid), entity)
    if (found.size > mostTouched) {
      throw new PolicyError('policy_too_large', `the question touches more than ${mostTouched} stored entities`)
    }
    frontier = uidsIn(fresh.map(({ attrs, tags }) => [attrs, tags]))
  }
  return [...found.values()]
}

/**
 * What the asker says. Of somebody in the directory, of a role or an action it can say nothing; of the principal, of what the
 * principal is in, and of what is stored only attributes that we have not.
 */
function addGiven(
  pool: Pool,
  rules: Rules,
  principal: Uid,
  given: readonly EntityJson[],
  stored: ReadonlySet<string>,
): void {
  const fixed = pool.above(principal)
  for (const { uid: written, attrs, tags, parents = [] } of given) {
    const uid = plain(written)
    const key = keyOf(uid)
    if (isOfDirectory(uid) || uid.type === 'Role' || rules.base.get(uid) !== undefined) continue
    const own = fixed.has(key) || stored.has(key) ? [] : parents.filter((parent) => plain(parent).type !== 'Role')
    pool.add({ uid, ...(attrs && { attrs }), ...(tags && !stored.has(key) && { tags }), parents: own })
  }
}

/** Roles become parents of those who have them. @returns the links of what the principal was given by templates */
async function addGrants(
  reading: Reading,
  rules: Rules,
  {
    pool,
    principal,
    named,
    lasting,
  }: { readonly pool: Pool; readonly principal: Uid; readonly named: readonly Uid[]; readonly lasting: boolean },
): Promise<GrantLink[]> {
  const known = new Set(rules.roles.map(({ id }) => id))
  const held = await reading.grants(unique([principal, ...named, ...pool.uids()]))
  const grants = lasting ? held.filter(isLasting) : held
  for (const { principal: whose, role } of grants) {
    if (role !== null && known.has(role)) pool.parent(whose, roleUid(role))
  }
  const above = pool.above(principal)
  return linksOf(
    rules.set,
    grants.filter((grant) => grant.template !== null && above.has(keyOf(grant.principal))),
  )
}

function unique(uids: readonly Uid[]): Uid[] {
  return [...new Map(uids.map((uid) => [keyOf(uid), uid])).values()]
}
