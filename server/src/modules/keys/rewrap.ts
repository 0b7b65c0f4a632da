import { announce } from '../../platform/database/announce.ts'
import { unwrapKey, wrapKey } from '@holdfast/envelope'
import { addSeconds, type Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { asSystemIn } from '../../platform/database/elevate.ts'
import type { JobHandler } from '../../platform/jobs/jobs.ts'
import type { Random } from '../../platform/random.ts'
import type { UnitOfWork } from '../../platform/work.ts'
import { jobContext } from './context.ts'
import type { KeyEncryptionKeys } from './kek.ts'
import { keysChannel } from './store/destroy.ts'
import { destroyRetiring, lastReplaced } from './store/key-encryption-keys.ts'
import { lockNotUnder, putUnder } from './store/rewrap.ts'
import { dataKeyPlace } from './wrapped.ts'

export interface RewrapDeps {
  readonly database: Database
  readonly clock: Clock
  readonly random: Random
  readonly keks: KeyEncryptionKeys
  readonly units: () => UnitOfWork
  readonly tenant: string
  /** so long after its replacement a key-encryption key is kept */
  readonly retireSeconds: number
}

const batch = 200

/**
 * After a rotation: wraps every data key under the current key-encryption key, a few at a time, and then destroys the old
 * ones. It may be ended at any point and begun again.
 */
export function createRewrapJob(deps: RewrapDeps): JobHandler {
  const { database, clock, units, tenant, retireSeconds } = deps
  return async (job) => {
    deps.keks.purge()
    while ((await rewrapBatch(deps)) === batch);
    const retired = await units().work(jobContext(job.tenant ?? tenant), async (tx) => {
      const now = clock.now()
      const keys = await asSystemIn(tx, () => destroyRetiring(tx, { before: addSeconds(now, -retireSeconds), now }))
      for (const { id, version } of keys)
        await tx.record({ kind: 'key.retired', resource: { type: 'Key', id }, data: { level: 'kek', version } })
      if (keys.length > 0) await announce(tx, keysChannel)
      return keys.length
    })
    if (retired > 0) deps.keks.purge()
    const waiting = await database.asSystem(lastReplaced)
    if (waiting === null) return {}
    // Somebody may have rotated again meanwhile, and whoever had not heard of it wrapped under the old one until now.
    const left = retireSeconds - (clock.now().getTime() - waiting.getTime()) / 1000
    return { again: Math.max(1, Math.ceil(left)) }
  }
}

function rewrapBatch({ database, random, keks }: RewrapDeps): Promise<number> {
  return database.asSystem(async (tx) => {
    const { current } = await keks.live(tx)
    const rows = await lockNotUnder(tx, current.id, batch)
    const live = await keks.live(
      tx,
      rows.flatMap(({ kek_id: id }) => (id === null ? [] : [id])),
    )
    const fresh = rows.flatMap((row) => {
      if (row.wrapped === null) return []
      const place = dataKeyPlace(row.tenant_id, row)
      const key = unwrapKey((id) => live.get(id), place, row.id, row.wrapped)
      const wrapped = wrapKey(current, place, key, random.bytes(12))
      key.forget()
      return [{ id: row.id, wrapped }]
    })
    if (fresh.length > 0) await putUnder(tx, current.id, fresh)
    return rows.length
  })
}
