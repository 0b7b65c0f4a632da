import { type Asker, Prepared, type Thrift } from './asker.ts'
import type { PolicySet } from './compile/policy-set.ts'
import type { Entities } from './entities.ts'
import type { Uid } from './json.ts'
import { requestUid } from './shape.ts'
import { UidMap } from './uid-map.ts'

/** The askers of whoever asks often. They hold for one set and its entities: let go of them together with these. */
export interface Askers {
  /** The principal's: kept while he is among those who asked last. */
  of(principal: Uid): Asker
}

/** How many principals are kept at most: two halves, so that keeping track of who asked last costs nothing. */
const HALF = 500
/** Preparing an action costs as much as it saves in so many questions, or in some times as many. */
const AFTER = 100
/** Beyond this the index of the set is as quick. */
const MOST = 64
/** Policies and actions that all of them keep: some tens of megabytes at most. When it is used up they begin anew. */
const ROOM = 100_000

/** Prepares the questions of the principals that ask often; bounded, however many there are and whatever they ask. */
export function createAskers(set: PolicySet, entities: Entities): Askers {
  const thrift: Thrift = { after: AFTER, most: MOST, left: 0 }
  let fresh: UidMap<Asker> = new UidMap()
  let older: UidMap<Asker> = fresh
  return {
    of: (principal) => {
      if (thrift.left < MOST) {
        thrift.left = ROOM
        fresh = new UidMap()
        older = fresh
      }
      const known = fresh.get(principal)
      if (known !== undefined) return known
      if (fresh.size >= HALF) {
        older = fresh
        fresh = new UidMap()
      }
      const asker = older.get(principal) ?? new Prepared(set, requestUid(principal, 'principal'), entities, thrift)
      fresh.set(principal, asker)
      return asker
    },
  }
}
