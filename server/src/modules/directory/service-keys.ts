import { type Outcome, ok, refuse } from '../../platform/outcome.ts'
import { hashSecret, isSecret, newSecret } from '../../platform/random.ts'
import type { Tx, Work } from '../../platform/work.ts'
import { directoryErrors } from './errors.ts'
import { type CreatedKey, isId } from './shapes.ts'
import { findServiceByKey, insertKey, lockService, removeKey, selectKeys, touchKey } from './store/services.ts'
import { trustOf } from './trust.ts'
import type { DirectoryDeps, PresentedService, Reading } from './types.ts'

const mostKeys = 10
/** A use is written down once in this time: reading stays reading. */
const coalesceMs = 60_000

/** Enough to tell keys apart, and 208 bits short of one. */
const prefixLength = 12

export async function makeKey(
  tx: Tx,
  { clock, random }: Pick<DirectoryDeps, 'clock' | 'random'>,
  service: string,
): Promise<{ readonly id: string; readonly key: string }> {
  const key = newSecret(random, 'hfk')
  const id = random.id()
  await insertKey(tx, { id, service, hash: hashSecret(key), prefix: key.slice(0, prefixLength), now: clock.now() })
  return { id, key }
}

/**
 * Makes a further key; the others go on working until they are deleted, so that a key is changed without a gap.
 * @returns the key, shown this once; `service_unknown`, `service_keys_most`
 */
export async function createKey(work: Work, deps: DirectoryDeps, id: string): Promise<Outcome<CreatedKey>> {
  const trust = await trustOf(deps)
  return work(async (tx) => {
    const service = isId(id) ? await lockService(tx, id) : null
    if (service === null) return refuse(directoryErrors.service_unknown)
    if ((await selectKeys(tx, [id])).length >= mostKeys) {
      return refuse(directoryErrors.service_keys_most, { most: mostKeys })
    }
    const made = await makeKey(tx, deps, id)
    const about = { resource: { type: 'Service', id }, application: service.application }
    await tx.record({ kind: 'service.key_created', ...about, data: { keyId: made.id } })
    return ok({ key: made.key, trust }, { status: 201 })
  })
}

/** @returns nothing; `service_unknown`, `key_unknown` */
export function deleteKey(
  work: Work,
  { hierarchyChanged }: Pick<DirectoryDeps, 'hierarchyChanged'>,
  id: string,
  key: string,
): Promise<Outcome<{ deleted: true }>> {
  return work(async (tx) => {
    const service = isId(id) ? await lockService(tx, id) : null
    if (service === null) return refuse(directoryErrors.service_unknown)
    if (!isId(key) || !(await removeKey(tx, id, key))) return refuse(directoryErrors.key_unknown)
    const about = { resource: { type: 'Service', id }, application: service.application }
    await tx.record({ kind: 'service.key_deleted', ...about, data: { keyId: key } })
    await hierarchyChanged(tx, 'gateways')
    return ok({ deleted: true })
  })
}

/** @returns the service that presents this key, wherever it is; null when there is no such key */
export async function serviceOfKey(
  tx: Reading,
  { clock }: Pick<DirectoryDeps, 'clock'>,
  key: string,
): Promise<PresentedService | null> {
  if (!isSecret(key, 'hfk')) return null
  const found = await findServiceByKey(tx, hashSecret(key))
  if (found === null) return null
  const now = clock.now()
  if (found.lastUsedAt === null || now.getTime() - found.lastUsedAt.getTime() >= coalesceMs) {
    await touchKey(tx, found.key, now)
  }
  const { id, tenant, name, application, groups } = found
  return { id, tenant, name, application, groups }
}
