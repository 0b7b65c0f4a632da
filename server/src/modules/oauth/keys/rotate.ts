import type { Clock } from '../../../platform/clock.ts'
import { addSeconds } from '../../../platform/clock.ts'
import { asSystemIn } from '../../../platform/database/elevate.ts'
import type { Tx } from '../../../platform/work.ts'
import type { Keyring } from '../../keys/index.ts'
import type { SigningKeysConfig } from './config.ts'
import type { SigningAlg } from './make.ts'
import { makeSealed } from './seal.ts'
import {
  beginKey,
  deleteEnded,
  endKey,
  insertKey,
  type KeyRow,
  type NewKeyRow,
  nextGeneration,
  selectKeys,
} from './store.ts'

export interface RotationTools {
  readonly clock: Clock
  readonly config: SigningKeysConfig
  readonly keys: Pick<Keyring, 'installation'>
  /** edges carry the keys that they believe: they are told in the transaction of the change. Locks the epoch, so it comes last */
  readonly edgesChanged: (tx: Tx) => Promise<void>
}

export interface Rotated {
  readonly alg: SigningAlg
  readonly kid: string
  /** of the one that signed until now */
  readonly replaced: string
}

/** Keys for what a change will need, made before its transaction. */
export function spares(
  { keys }: Pick<RotationTools, 'keys'>,
  algs: readonly SigningAlg[],
): Promise<ReadonlyMap<SigningAlg, NewKeyRow>> {
  return Promise.all(algs.map(async (alg) => [alg, await makeSealed(keys.installation, alg)] as const)).then(
    (made) => new Map(made),
  )
}

/** @returns for how many seconds more the next key has to be published before it may sign; 0: it may */
export function secondsUntilSeen(
  rows: readonly KeyRow[],
  alg: SigningAlg,
  { publishAheadSeconds }: Pick<SigningKeysConfig, 'publishAheadSeconds'>,
  now: Date,
): number {
  const of = (state: KeyRow['state']) => rows.find((row) => row.alg === alg && row.state === state)
  const [next, current] = [of('next'), of('current')]
  if (next === undefined) return publishAheadSeconds
  // Both came with the first key set: nobody ever saw one without the other.
  if (current !== undefined && next.created_at.getTime() === current.created_at.getTime()) return 0
  return Math.max(0, Math.ceil((addSeconds(next.created_at, publishAheadSeconds).getTime() - now.getTime()) / 1000))
}

/**
 * next -> current -> retired, for these algorithms, and a new next one. A compromised key is dropped in place of retired, and the
 * next one signs however short it was published: better that somebody reads the key set again than that a thief signs.
 * The set's row is locked: `nextGeneration` was called in this transaction.
 */
export async function rotateIn(
  tx: Tx,
  { clock }: Pick<RotationTools, 'clock'>,
  asked: {
    readonly algs: readonly SigningAlg[]
    readonly compromised: boolean
    readonly reason: 'asked' | 'age' | 'compromised'
    readonly made: ReadonlyMap<SigningAlg, NewKeyRow>
  },
): Promise<readonly Rotated[]> {
  const now = clock.now()
  const done: Rotated[] = []
  for (const alg of asked.algs) {
    const rotated = await asSystemIn(tx, async () => {
      const rows = await selectKeys(tx)
      const next = rows.find((row) => row.alg === alg && row.state === 'next')
      const current = rows.find((row) => row.alg === alg && row.state === 'current')
      const made = asked.made.get(alg)
      if (current === undefined || made === undefined) return undefined
      await endKey(tx, current.kid, asked.compromised ? 'compromised' : 'retired', now)
      if (next === undefined) {
        await insertKey(tx, made, 'current', now)
        return { alg, kid: made.jwk.kid, replaced: current.kid }
      }
      await beginKey(tx, next.kid, now)
      await insertKey(tx, made, 'next', now)
      return { alg, kid: next.kid, replaced: current.kid }
    })
    if (rotated === undefined) continue
    done.push(rotated)
    if (asked.compromised)
      await tx.record({ kind: 'signing_key.compromised', resource: key(rotated.replaced), data: { alg } })
    await tx.record({
      kind: 'signing_key.rotated',
      resource: key(rotated.kid),
      reason: asked.reason,
      data: { ...rotated },
    })
  }
  return done
}

const key = (kid: string) => ({ type: 'SigningKey', id: kid })

/** What the job does: publishes next keys that are missing, rotates those that are due, deletes what nobody needs. */
export async function tendKeys(
  tx: Tx,
  tools: RotationTools,
  made: ReadonlyMap<SigningAlg, NewKeyRow>,
): Promise<{ readonly changed: boolean }> {
  const { clock, config } = tools
  const now = clock.now()
  const rows = await asSystemIn(tx, async () => {
    await nextGeneration(tx)
    return selectKeys(tx)
  })
  const due = dueOf(rows, config, now)
  let changed = false
  for (const alg of due.missing) {
    const spare = made.get(alg)
    if (spare === undefined || !(await asSystemIn(tx, () => insertKey(tx, spare, 'next', now)))) continue
    await tx.record({ kind: 'signing_key.published', resource: key(spare.jwk.kid), data: { alg } })
    changed = true
  }
  const rotated = await rotateIn(tx, tools, { algs: due.old, compromised: false, reason: 'age', made })
  const gone = await asSystemIn(tx, () => deleteEnded(tx, addSeconds(now, -config.keepDays * 86_400)))
  for (const { kid, alg } of gone) await tx.record({ kind: 'signing_key.deleted', resource: key(kid), data: { alg } })
  changed ||= rotated.length + gone.length > 0
  if (changed) await tools.edgesChanged(tx)
  return { changed }
}

export interface Due {
  readonly missing: readonly SigningAlg[]
  readonly old: readonly SigningAlg[]
  readonly gone: boolean
}

export function dueOf(rows: readonly KeyRow[], config: SigningKeysConfig, now: Date): Due {
  const current = rows.filter(({ state }) => state === 'current')
  const missing = current
    .map(({ alg }) => alg)
    .filter((alg) => !rows.some((row) => row.alg === alg && row.state === 'next'))
  const old = current
    .filter(({ current_at }) => current_at !== null && addSeconds(current_at, config.rotateDays * 86_400) <= now)
    .map(({ alg }) => alg)
    .filter((alg) => secondsUntilSeen(rows, alg, config, now) === 0)
  const before = addSeconds(now, -config.keepDays * 86_400)
  const gone = rows.some(({ retired_at }) => retired_at !== null && retired_at < before)
  return { missing, old, gone }
}
