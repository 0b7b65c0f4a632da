import { announce } from '../../platform/database/announce.ts'
import { type Outcome, ok, refuse } from '../../platform/outcome.ts'
import type { Tx, Work } from '../../platform/work.ts'
import { keyErrors } from './errors.ts'
import type { OwnKeyring } from './keyring.ts'
import { showKey } from './list.ts'
import type { Version } from './make.ts'
import type { Key, Rotation } from './shapes.ts'
import { selectCurrent } from './store/data-keys.ts'
import { keysChannel } from './store/destroy.ts'
import { findKey } from './store/list.ts'

/** Why a key was replaced. */
type Reason = 'asked' | 'age' | 'messages'

/** Makes the next version of a key, for what is written from now on. What the old one closed, it still opens. */
export function rotate(
  work: Work,
  keyring: Pick<OwnKeyring, 'maker'>,
  { purpose, subject = '' }: Rotation,
): Promise<Outcome<Key>> {
  return work(async (tx) => {
    if (purpose.endsWith('/index')) return refuse(keyErrors.key_not_replaceable, { purpose })
    const [current] = await selectCurrent(tx, tx.tenant, { purposes: [purpose], subjects: [subject] })
    if (current === undefined)
      return refuse(keyErrors.key_not_found, { key: subject === '' ? purpose : `${purpose} of ${subject}` })
    const next = await replace(tx, keyring, current, 'asked')
    if (next === undefined) return refuse(keyErrors.key_replaced_meanwhile)
    const row = await findKey(tx, next.id)
    if (row === undefined) throw new Error('the new key is not there')
    return ok(showKey(row), { status: 201 })
  })
}

/** @returns undefined when another transaction was quicker */
export async function replace(
  tx: Tx,
  { maker }: Pick<OwnKeyring, 'maker'>,
  old: Version,
  reason: Reason,
): Promise<Version | undefined> {
  const next = await maker.replace(tx, tx.tenant, old)
  if (next === undefined) return undefined
  await announce(tx, keysChannel)
  await recordRotated(tx, next, reason)
  return next
}

export async function recordRotated(tx: Tx, { id, purpose, subject, version }: Version, reason: Reason): Promise<void> {
  const data = { level: 'data', purpose, version, ...(subject !== '' && { subject }) }
  await tx.record({ kind: 'key.rotated', resource: { type: 'Key', id }, reason, data })
}
