import { announce } from '../../../platform/database/announce.ts'
import { asSystemIn } from '../../../platform/database/elevate.ts'
import type { Tx } from '../../../platform/work.ts'
import { closeHandover, isProven, proofOf } from './handover.ts'
import type { Held } from './held.ts'
import { insertHandover, listReplicas } from './replica-store.ts'
import type { Rewrap } from './root.ts'
import { currentSeal, type NewCurrent, pendingSeal, replaceSeal, sealChannel, takeRootLock } from './store.ts'

export interface Reseal {
  /** what is in force, as this process knows it */
  readonly from: Held
  readonly to: Held
  /** `to`, wrapped by its seal: that may take long, and is done before the transaction */
  readonly row: NewCurrent
  /** a pending seal that must still be waiting, where one is confirmed */
  readonly confirms?: { readonly id: string; readonly since: Date }
  /** called once nobody else can change the seal, before anything is changed: a new key file is written here. @returns whether */
  readonly write?: () => boolean
}

export interface Resealed {
  readonly keys: number
  readonly replicas: number
  /** processes that said they were replicas and could not prove it: somebody wrote the database */
  readonly unproven: number
}

/**
 * Puts the next root key and its seal in the place of those in force, in one transaction: the wrapped root, every
 * key-encryption key under it, and a handover for each unsealed replica. Killed before the commit the old seal opens, after
 * it the new one.
 * @returns `changed` when somebody else was first, `unwritable` when `write` could not; nothing was done then
 */
export async function reseal(
  tx: Tx,
  rewrap: Rewrap,
  { from, to, row, ...given }: Reseal,
): Promise<Resealed | 'changed' | 'unwritable'> {
  return asSystemIn(tx, async () => {
    await takeRootLock(tx)
    const current = await currentSeal(tx)
    if (current?.id !== from.seal.id || current.generation !== from.root.generation) return 'changed'
    if (given.confirms !== undefined) {
      const pending = await pendingSeal(tx, given.confirms.since)
      if (pending?.id !== given.confirms.id) return 'changed'
    }
    if (given.write?.() === false) return 'unwritable'
    const keys = await rewrap(tx, from.root, to.root)
    await replaceSeal(tx, row)
    const handed = await handOver(tx, from, to)
    await announce(tx, sealChannel)
    return { keys, ...handed }
  })
}

/** To every replica, this one too: it learns the new root key in the same way. */
async function handOver(tx: Tx, from: Held, to: Held): Promise<Omit<Resealed, 'keys'>> {
  const all = (await listReplicas(tx)).map((row) => ({ ...row, publicKey: row.public_key }))
  const proven = all.filter((replica) => isProven(from.root, replica, replica.proof))
  for (const replica of proven) {
    const sealed = closeHandover(from, to, replica)
    const proof = proofOf(to.root, replica)
    await insertHandover(tx, { replica: replica.id, generation: to.root.generation, sealed, proof })
  }
  return { replicas: proven.length, unproven: all.length - proven.length }
}
