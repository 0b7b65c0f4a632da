import type { Transaction } from '../../../platform/database/database.ts'
import type { Uid } from '../../../platform/ports.ts'
import { grantsInForce } from '../grants/store.ts'
import type { Rules } from '../rules.ts'
import { isOfDirectory, keyOf, type Standing } from '../standing.ts'
import type { Grant, StoredEntity } from '../world/types.ts'
import type { PointDeps } from './decide-point.ts'
import { mostTouched, storedWithAncestors } from './stored.ts'

/** What the database says of entities of one application, in one transaction: each is read once, however many questions name it. */
export interface Reading {
  /** Those of these that are stored, and everything above them; where that is more than `mostTouched`, one more than that. */
  stored(uids: readonly Uid[]): Promise<readonly StoredEntity[]>
  /** Where these stand, who must be of the directory. */
  standings(uids: readonly Uid[]): Promise<readonly Standing[]>
  /** What these have now, in the order of the grants' ids. */
  grants(uids: readonly Uid[]): Promise<readonly Grant[]>
}

export function readingOf(tx: Transaction, { sealed, clock, standingsOf }: PointDeps, application: string): Reading {
  const entities = new Map<string, StoredEntity | null>()
  const placed = new Map<string, Standing | null>()
  const given = new Map<string, Grant[]>()
  const now = clock.now()
  return {
    async stored(uids) {
      const missing = uids.filter((uid) => !entities.has(keyOf(uid)))
      if (missing.length > 0) {
        const fresh = await storedWithAncestors(tx, sealed, application, missing)
        if (fresh.length > mostTouched) return fresh
        for (const entity of fresh) entities.set(keyOf(entity.uid), entity)
        for (const uid of [...missing, ...fresh.flatMap(({ parents }) => parents)]) {
          if (!entities.has(keyOf(uid))) entities.set(keyOf(uid), null)
        }
      }
      return upward(uids, entities)
    },
    // What is remembered was read: two questions at a time may both read it, and neither takes it for absent meanwhile.
    async standings(uids) {
      const missing = uids.filter((uid) => !placed.has(keyOf(uid)))
      const read = missing.length === 0 ? [] : await standingsOf(tx, missing)
      for (const uid of missing) placed.set(keyOf(uid), null)
      for (const one of read) placed.set(keyOf(one.uid), one)
      return uids.flatMap((uid) => placed.get(keyOf(uid)) ?? [])
    },
    async grants(uids) {
      const missing = uids.filter((uid) => !given.has(keyOf(uid)))
      const read = missing.length === 0 ? [] : await grantsInForce(tx, application, missing, now)
      for (const uid of missing) given.set(keyOf(uid), [])
      for (const grant of read) given.get(keyOf(grant.principal))?.push(grant)
      return uids.flatMap((uid) => given.get(keyOf(uid)) ?? []).toSorted((a, b) => (a.id < b.id ? -1 : 1))
    },
  }
}

/** Reads at once what many questions will name, so that they need not one by one. */
export async function foresee(reading: Reading, has: Rules['has'], uids: readonly Uid[]): Promise<void> {
  const stored = await reading.stored(uids.filter(({ type }) => has.types.has(type)))
  const all = [...uids, ...stored.flatMap(({ uid, parents }) => [uid, ...parents])]
  const each = [...new Map(all.map((uid) => [keyOf(uid), uid])).values()]
  await reading.standings(each.filter((uid) => isOfDirectory(uid)))
  if (has.grants) await reading.grants(each)
}

/** The entities, and what they are in, as far as it is stored. */
function upward(uids: readonly Uid[], entities: ReadonlyMap<string, StoredEntity | null>): StoredEntity[] {
  const found = new Map<string, StoredEntity>()
  const open = [...uids]
  for (let uid = open.pop(); uid !== undefined; uid = open.pop()) {
    const key = keyOf(uid)
    const entity = found.has(key) ? undefined : entities.get(key)
    if (entity === undefined || entity === null) continue
    found.set(key, entity)
    open.push(...entity.parents)
  }
  return [...found.values()]
}
