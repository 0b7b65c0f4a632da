import { announce } from '../../platform/database/announce.ts'
import type { Clock } from '../../platform/clock.ts'
import { asSystemIn } from '../../platform/database/elevate.ts'
import type { Jobs } from '../../platform/jobs/jobs.ts'
import { type Outcome, ok, refuse } from '../../platform/outcome.ts'
import type { Random } from '../../platform/random.ts'
import type { Tx, Work } from '../../platform/work.ts'
import { keyErrors } from './errors.ts'
import { type KeyEncryptionKeys, newKek } from './kek.ts'
import type { RootKey } from './seal/root.ts'
import { keysChannel } from './store/destroy.ts'
import { countWrapped, insertKek, retireCurrent } from './store/key-encryption-keys.ts'

export interface RotateKekDeps {
  readonly clock: Clock
  readonly random: Random
  readonly root: RootKey
  readonly keks: Pick<KeyEncryptionKeys, 'changing'>
  readonly jobs: () => Pick<Jobs, 'enqueue'>
}

export const rewrapJob = 'keys.rewrap'

/** Makes the next key-encryption key. Data keys are wrapped anew by a job; nobody waits, and no data is touched. */
export function rotateKek(
  work: Work,
  deps: RotateKekDeps,
): Promise<Outcome<{ readonly version: number; readonly dataKeys: number }>> {
  return work(async (tx) => {
    const rotated = await nextKek(tx, deps, 'asked')
    return rotated === undefined ? refuse(keyErrors.key_replaced_meanwhile) : ok(rotated, { status: 201 })
  })
}

/** @returns undefined when another transaction was quicker, or there is none yet */
export async function nextKek(
  tx: Tx,
  { clock, random, root, keks, jobs }: RotateKekDeps,
  reason: 'asked' | 'age',
): Promise<{ readonly version: number; readonly dataKeys: number } | undefined> {
  const now = clock.now()
  keks.changing(tx)
  const made = await asSystemIn(tx, async () => {
    const fresh = await newKek(tx, { root, random })
    const old = await retireCurrent(tx, now)
    if (old === undefined) return undefined
    const version = old.version + 1
    if (!(await insertKek(tx, { ...fresh, version, now }))) throw new Error(`key-encryption key ${version} is there`)
    return { id: fresh.id, version, dataKeys: await countWrapped(tx, old.id) }
  })
  if (made === undefined) return undefined
  await announce(tx, keysChannel)
  await jobs().enqueue(tx, { kind: rewrapJob, key: 'only' })
  const { id, version, dataKeys } = made
  await tx.record({ kind: 'key.rotated', resource: { type: 'Key', id }, reason, data: { level: 'kek', version } })
  return { version, dataKeys }
}
