import { randomUUID } from 'node:crypto'
import { addSeconds, type Clock } from '../../../platform/clock.ts'
import type { Database, Transaction } from '../../../platform/database/database.ts'
import { Fault } from '../../../platform/errors.ts'
import { sealErrors } from './errors.ts'
import { newReplicaKey, openHandover, proofOf } from './handover.ts'
import { type Held, unwrapRoot } from './held.ts'
import { handoversTo, removeReplica, tidyReplicas, upsertReplica } from './replica-store.ts'
import type { RootKey } from './root.ts'
import { type Seal, SealMismatch } from './seal.ts'
import { currentGeneration, currentSeal, sealChannel, shareRootLock } from './store.ts'

export interface KeeperDeps {
  readonly database: Database
  readonly clock: Clock
  /** the seal or the root key is another one, by this replica or by another */
  readonly onChange: () => Promise<void>
  /** this replica has an old root key and was handed no new one */
  readonly onLost: () => void
  readonly onError: (error: unknown) => void
}

/** Keeps the root key in this process once it was unsealed, and follows it through rotations at any replica. */
export interface Keeper extends RootKey {
  readonly replica: string
  readonly held: Held | undefined
  /** Unseals this process. @throws SealMismatch when this is not the seal of the database */
  adopt(seal: Seal): Promise<void>
  /** The newest that there is. @throws Fault `sealed` */
  refresh(): Promise<Held>
  stop(): Promise<void>
}

const beatSeconds = 60
/** A replica that is not heard of for so long has ended; one that hangs for less is still handed the next key. */
const forgottenSeconds = 86_400

export function createKeeper({ database, clock, onChange, onLost, onError }: KeeperDeps): Keeper {
  const own = newReplicaKey(randomUUID())
  let held: Held | undefined
  const now = () => held
  let timer: NodeJS.Timeout | undefined
  let unlisten: (() => void) | undefined
  let stopped = false
  /** the generation for which `onChange` was called last */
  let known = 0

  function register(tx: Transaction, by: Held): Promise<void> {
    const { generation } = by.root
    const proof = proofOf(by.root, own)
    return upsertReplica(tx, { id: own.id, public_key: own.publicKey, generation, proof, seen_at: clock.now() })
  }

  async function newest(tx: Pick<Transaction, 'kysely'>): Promise<Held> {
    await shareRootLock(tx)
    const generation = await currentGeneration(tx)
    if (held === undefined) throw new Fault(sealErrors.sealed, 'no root key')
    if (held.root.generation === generation) return held
    const at = await follow(tx, held)
    if (at.root.generation !== generation) {
      // Another transaction of this process may have followed meanwhile, and the handovers been tidied away behind it.
      const other = now()
      if (other !== undefined && other.root.generation === generation) return other
      held = undefined
      onLost()
      throw new Fault(sealErrors.sealed, 'the root key was rotated, and not handed over to this replica')
    }
    held = at
    return at
  }

  /** One step for each rotation that was missed; a handover that does not open is none. */
  async function follow(tx: Pick<Transaction, 'kysely'>, from: Held): Promise<Held> {
    let at = from
    for (const given of await handoversTo(tx, own.id, at.root.generation)) {
      try {
        at = openHandover(at, own, given)
      } catch (error) {
        onError(error)
        return at
      }
    }
    return at
  }

  async function beat(): Promise<void> {
    if (stopped || held === undefined) return
    const { generation } = await database.asSystem(async (tx) => {
      const at = await newest(tx)
      await register(tx, at)
      const since = addSeconds(clock.now(), -forgottenSeconds)
      await tidyReplicas(tx, { id: own.id, generation: at.root.generation }, since)
      return at.root
    })
    if (generation !== known) {
      known = generation
      await onChange()
    }
  }

  /** One at a time: a notification may come while the regular one runs. */
  let beating: Promise<void> = Promise.resolve()
  function beatSoon(): void {
    beating = beating.then(beat).catch(onError)
  }

  return {
    replica: own.id,
    get held() {
      return held
    },
    async inForce(tx) {
      return (await newest(tx)).root
    },
    refresh: () => database.asSystem(newest),
    async adopt(seal) {
      const opened = await database.asSystem(async (tx) => {
        await shareRootLock(tx)
        const row = await currentSeal(tx)
        if (row?.id !== seal.id) throw new SealMismatch('The seal of this database was changed meanwhile.')
        const unwrapped = await unwrapRoot(seal, row)
        await register(tx, unwrapped)
        return unwrapped
      })
      held = opened
      known = opened.root.generation
      // Also what a process that was killed left undone.
      await onChange().catch(onError)
      if (stopped || timer !== undefined) return
      timer = setInterval(beatSoon, beatSeconds * 1000)
      timer.unref()
      // Calls back at once when it is connected: what changed between is seen then.
      unlisten = database.listen(sealChannel, beatSoon)
    },
    async stop() {
      stopped = true
      clearInterval(timer)
      unlisten?.()
      await beating
      if (timer !== undefined) await database.asSystem((tx) => removeReplica(tx, own.id)).catch(onError)
      held = undefined
    },
  }
}
