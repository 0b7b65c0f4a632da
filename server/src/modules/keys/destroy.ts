import { announce } from '../../platform/database/announce.ts'
import type { Clock } from '../../platform/clock.ts'
import { type Outcome, ok, type Refused, refuse } from '../../platform/outcome.ts'
import type { Uid } from '../../platform/ports.ts'
import type { Read, Tx, Work } from '../../platform/work.ts'
import { keyErrors } from './errors.ts'
import { type HitDeps, hitsOf } from './hits.ts'
import type { OwnKeyring } from './keyring.ts'
import type { Destruction, Hits } from './shapes.ts'
import { uidOf } from './names.ts'
import { destroyKey, keysChannel } from './store/destroy.ts'

export interface DestroyDeps extends HitDeps {
  readonly clock: Clock
  readonly keyring: Pick<OwnKeyring, 'cache'>
  /** purposes whose data nobody may make unreadable: the log */
  readonly kept: ReadonlySet<string>
  /** Destroys a person's keys, with what elsewhere tells of it or still finds them; refuses where something speaks against it. */
  readonly eraseSubject: (tx: Tx, subject: Uid) => Promise<Outcome<{ readonly keys: number }>>
  /** how long a process may go on with a key that was replaced */
  readonly cacheSeconds: number
}

/** Transactions end after 30 s of doing nothing; one that holds a key since before it was replaced is over by then. */
const longestWriting = 60

/**
 * Destroys one old version of a key, or every key of a person, for good.
 * @param asked `values`: how many the caller knows to be lost. When it is more by now, nothing is destroyed
 */
export async function destroy(
  { work, read }: { readonly work: Work; readonly read: Read },
  deps: DestroyDeps,
  asked: Destruction,
): Promise<Outcome<{ readonly keys: number; readonly values: number }>> {
  const { id, subject } = asked
  // Counting may take seconds, and is done before: what is written meanwhile is not what anybody acknowledged.
  const hits = await read((tx) => hitsOf(tx, deps, asked))
  if (hits === undefined) return refuse(keyErrors.key_not_found, { key: id ?? subject ?? '' })
  const { values } = hits
  const refusal = subject === undefined ? refusalOf(hits, deps) : undefined
  if (refusal !== undefined) return refusal
  if (values > asked.values) return refuse(keyErrors.key_hits_more, { values, acknowledged: asked.values })
  return work(async (tx) => {
    if (subject === undefined) return destroyVersion(tx, deps, hits)
    const erased = await deps.eraseSubject(tx, uidOf(subject))
    if (!erased.ok) return erased
    const { keys } = erased.value
    return keys === 0 ? refuse(keyErrors.key_not_found, { key: subject }) : ok({ keys, values })
  })
}

/** Why this version may not be destroyed, whatever anybody acknowledges. */
function refusalOf({ keys: [key], values }: Hits, { clock, kept, cacheSeconds }: DestroyDeps): Refused | undefined {
  if (key === undefined || key.state === 'destroyed') return refuse(keyErrors.key_not_found, { key: key?.id ?? '' })
  const { purpose, subject, state, retiredAt } = key
  if (purpose.endsWith('/index')) return refuse(keyErrors.key_not_replaceable, { purpose })
  if (state === 'current') return refuse(keyErrors.key_in_use, { purpose })
  const quiet = new Date(retiredAt ?? 0).getTime() + (cacheSeconds + longestWriting) * 1000
  const seconds = Math.ceil((quiet - clock.now().getTime()) / 1000)
  if (seconds > 0) return refuse(keyErrors.key_used_recently, { seconds })
  if (values === 0) return undefined
  if (kept.has(purpose)) return refuse(keyErrors.key_needed, { purpose, values })
  // What speaks against erasing a person (an account, a legal hold) is asked where all of their keys go, and not here.
  return subject === null ? undefined : refuse(keyErrors.key_of_subject, { subject, values })
}

async function destroyVersion(
  tx: Tx,
  { clock, keyring }: DestroyDeps,
  { keys: [key], values }: Hits,
): Promise<Outcome<{ readonly keys: number; readonly values: number }>> {
  if (key === undefined) throw new Error('one id is one key')
  const { id, purpose, subject, version } = key
  if (!(await destroyKey(tx, id, clock.now()))) return refuse(keyErrors.key_not_found, { key: id })
  keyring.cache.distrust([id])
  await announce(tx, keysChannel)
  const data = { purpose, version, values, ...(subject !== null && { subject }) }
  await tx.record({ kind: 'key.destroyed', resource: { type: 'Key', id }, data })
  return ok({ keys: 1, values })
}
