import { LRUCache } from 'lru-cache'
import type { Transaction } from '../../../platform/database/database.ts'
import type { EncryptedColumn } from '../../keys/index.ts'
import { storedEntities } from '../entities/store.ts'
import { isLasting, liveGrants, pastGrants } from '../grants/store.ts'
import type { Rules, RulesStore } from '../rules.ts'
import { buildWorld, type Parts, type PrincipalEntity } from './build.ts'
import { earlier } from './moment.ts'
import type { AsOf, World } from './types.ts'

export type { PrincipalEntity } from './build.ts'
export type * from './types.ts'

export interface WorldDeps {
  readonly rules: RulesStore
  /** whom policies may name: active people, services, groups; at a moment of the past, or now */
  readonly principalsOf: (tx: Transaction, at?: Date) => Promise<readonly PrincipalEntity[]>
  readonly sealed: EncryptedColumn
}

export interface Worlds {
  /**
   * What decides now. Kept until the epoch changes, or a grant begins or ends.
   * @param lasting without grants for a time: see `givesLastingPower`
   * @returns undefined: no such application
   */
  of(tx: Transaction, application: string, now: Date, lasting?: boolean): Promise<World | undefined>
  /** What decided then. @returns undefined when there was no such application */
  at(tx: Transaction, application: string, asOf: AsOf): Promise<World | undefined>
  /** What `of` is made of. */
  parts(tx: Transaction, application: string, now: Date): Promise<Parts | undefined>
}

interface Built {
  readonly since: Date
  readonly world: Promise<World>
}

/** Everything that decides for one application, in memory, as it is or as it was. */
export function createWorlds({ rules, principalsOf, sealed }: WorldDeps): Worlds {
  const kept = new LRUCache<string, { readonly since: Date; readonly world: World }>({
    max: 20,
    maxSize: 400_000,
    sizeCalculation: ({ world }) => world.entityList.length + 1,
  })

  const underWay = new Map<string, Built>()

  async function load(tx: Transaction, application: string, current: Rules, now: Date): Promise<Parts> {
    return {
      rules: current,
      directory: await principalsOf(tx),
      stored: await storedEntities(tx, sealed, application),
      grants: await liveGrants(tx, application, now),
    }
  }

  async function parts(tx: Transaction, application: string, now: Date): Promise<Parts | undefined> {
    const current = await rules.of(tx, application)
    return current && load(tx, application, current, now)
  }

  /** Many ask at once after a change: one builds, and those who have read the same epoch wait for it. */
  async function together(key: string, epoch: number, now: Date, build: () => Promise<World>): Promise<World> {
    const name = `${key} ${epoch}`
    const begun = underWay.get(name)
    const others = begun !== undefined && begun.since <= now ? await begun.world.catch(() => undefined) : undefined
    if (others?.epoch === epoch && !isOver(others, now)) return others
    const own = { since: now, world: build() }
    underWay.set(name, own)
    try {
      const world = await own.world
      kept.set(key, { since: now, world })
      return world
    } finally {
      if (underWay.get(name) === own) underWay.delete(name)
    }
  }

  return {
    parts,
    async of(tx, application, now, lasting = false) {
      if (lasting) {
        const loaded = await parts(tx, application, now)
        return loaded && buildWorld(application, { ...loaded, grants: loaded.grants.filter(isLasting) }, now)
      }
      const key = `${tx.tenant} ${application}`
      const current = await rules.of(tx, application)
      if (current === undefined) return undefined
      const { epoch } = current
      const known = kept.get(key)
      if (known !== undefined && known.world.epoch === epoch && known.since <= now && !isOver(known.world, now)) {
        return known.world
      }
      return together(key, epoch, now, async () =>
        buildWorld(application, await load(tx, application, current, now), now),
      )
    },
    async at(tx, application, { validAt, recordedAt, lasting = false }) {
      // Only grants have a time of their own; of all else we know when it was recorded, and that is when it held.
      const moment = earlier(validAt, recordedAt)
      const then = await rules.at(tx, application, moment)
      if (then === undefined) return undefined
      const loaded = {
        rules: then,
        directory: await principalsOf(tx, moment),
        stored: await storedEntities(tx, sealed, application, moment),
        grants: await pastGrants(tx, application, validAt, recordedAt),
      }
      const grants = lasting ? loaded.grants.filter(isLasting) : loaded.grants
      return buildWorld(application, { ...loaded, grants }, validAt)
    },
  }
}

function isOver({ until }: World, now: Date): boolean {
  return until !== null && until <= now
}
