import { announce } from '../../platform/database/announce.ts'
import type { Clock } from '../../platform/clock.ts'
import type { KeyCache } from './cache.ts'
import { uidOf } from './names.ts'
import { destroyOfSubject, keysChannel } from './store/destroy.ts'
import type { Keyring } from './types.ts'

export function createDestroySubject({
  clock,
  cache,
}: {
  readonly clock: Clock
  readonly cache: Pick<KeyCache, 'distrust'>
}): Keyring['destroySubject'] {
  return async (tx, subject) => {
    const ids = await destroyOfSubject(tx, tx.tenant, subject, clock.now())
    if (ids.length === 0) return { keys: 0 }
    cache.distrust(ids)
    await announce(tx, keysChannel)
    await tx.record({ kind: 'key.destroyed', resource: uidOf(subject), data: { keys: ids.length, subject } })
    return { keys: ids.length }
  }
}
