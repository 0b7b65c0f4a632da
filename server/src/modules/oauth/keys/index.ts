import type { KeyObject } from 'node:crypto'
import type { Clock } from '../../../platform/clock.ts'
import type { Database, Transaction } from '../../../platform/database/database.ts'
import type { Keyring } from '../../keys/index.ts'
import { type KeySet, keySetOf } from './key-set.ts'
import { algorithms, type PublicTokenJwk } from './make.ts'
import { makeSealed, openPrivate } from './seal.ts'
import { insertKey, nextGeneration, readGeneration, selectKeys, signingKeysChannel } from './store.ts'

export { signingKeysControls } from './controls.ts'
export { signingKeysErrors } from './errors.ts'
export { signingKeysEvents } from './events.ts'
export { createRotateKeysJob, rotateKeysJob } from './job.ts'
export { signingKeyRoutes } from './routes.ts'
export { signingKeysTables } from './tables.ts'
export type { KeySet } from './key-set.ts'
export { algorithms, type PublicTokenJwk, type SigningAlg } from './make.ts'

export interface SigningKeysDeps {
  readonly database: Database
  readonly clock: Clock
  readonly keys: Pick<Keyring, 'installation'>
  /** what goes wrong while a change is followed */
  readonly onError: (error: unknown) => void
}

export interface SigningKeys {
  /** Makes what is missing, reads the set, and follows its changes from then on. Once, before anything is signed. */
  load(): Promise<void>
  /** @throws Error before `load` */
  current(): KeySet
  /** @param changed called after the set of this replica is another. @returns what ends it */
  onChange(changed: (set: KeySet) => void): () => void
  /** Reads the set again, for whoever has just changed it. */
  refresh(): Promise<void>
  stop(): void
}

/**
 * The keys that sign tokens, on this replica. Every other replica's change is heard of by NOTIFY, and looked for every second
 * while notifications are not heard.
 */
export function createSigningKeys(deps: SigningKeysDeps): SigningKeys {
  const { database, keys } = deps
  let set: KeySet | undefined
  let opened: ReadonlyMap<string, KeyObject> = new Map()
  let reading = Promise.resolve()
  let unlisten = () => {}
  const listeners = new Set<(set: KeySet) => void>()

  async function read(): Promise<void> {
    const known = set?.generation
    const found = await database.asSystem(async (tx) => {
      const generation = await readGeneration(tx)
      return generation === known ? undefined : { generation, rows: await selectKeys(tx) }
    })
    if (found === undefined) return
    const next = new Map<string, KeyObject>()
    for (const row of found.rows) {
      const key = opened.get(row.kid) ?? (await openPrivate(keys.installation, row))
      if (key !== null && row.sealed_private !== null) next.set(row.kid, key)
    }
    opened = next
    set = keySetOf(found.generation, found.rows, opened)
    for (const listener of listeners) listener(set)
  }

  /** One after the other: an older reading never replaces a newer one. */
  function refresh(): Promise<void> {
    reading = reading.then(read, read)
    return reading
  }

  return {
    async load() {
      await ensureKeys(deps)
      await refresh()
      unlisten = database.listen(signingKeysChannel, () => void refresh().catch(deps.onError))
    },
    current() {
      if (set === undefined) throw new Error('the signing keys are not loaded')
      return set
    },
    onChange(changed) {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
    refresh,
    stop: () => unlisten(),
  }
}

/**
 * A current key for each algorithm, and the next: from the first answer on the set holds what will sign after the first
 * rotation. Of two replicas that start together the database takes one's.
 */
async function ensureKeys({ database, clock, keys }: SigningKeysDeps): Promise<void> {
  const rows = await database.asSystem((tx) => selectKeys(tx))
  const missing = (['current', 'next'] as const).flatMap((state) =>
    algorithms
      .filter((alg) => !rows.some((row) => row.alg === alg && row.state === state))
      .map((alg) => ({ alg, state })),
  )
  if (missing.length === 0) return
  const made = await Promise.all(
    missing.map(async ({ alg, state }) => ({ key: await makeSealed(keys.installation, alg), state })),
  )
  await database.asSystem(async (tx) => {
    await nextGeneration(tx)
    // Of one moment: it tells that nobody ever saw one without the other.
    const at = clock.now()
    for (const { key, state } of made) await insertKey(tx, key, state, at)
  })
}

/** What is published, as this transaction sees it. */
export async function publishedKeys(tx: Pick<Transaction, 'kysely'>): Promise<readonly PublicTokenJwk[]> {
  return (await selectKeys(tx)).filter(({ state }) => state !== 'compromised').map(({ public_jwk }) => public_jwk)
}
