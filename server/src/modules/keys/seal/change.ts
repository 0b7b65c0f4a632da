import { addSeconds } from '../../../platform/clock.ts'
import type { Database } from '../../../platform/database/database.ts'
import { asSystemIn } from '../../../platform/database/elevate.ts'
import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Tx, Work } from '../../../platform/work.ts'
import type { SealDesk } from './desk.ts'
import { sealErrors } from './errors.ts'
import { newRoot, rowOf } from './held.ts'
import { newPassphrase } from './passphrase.ts'
import { type Reseal, reseal, type Resealed } from './reseal.ts'
import type { Rewrap } from './root.ts'
import type { Seal } from './seal.ts'
import { judgeShare, newShamir, openShamir, shamirParameters } from './shamir.ts'
import type { Share } from './share-text.ts'
import type { SealChange } from './shapes.ts'
import { knownSeals, pendingSeal, replacePending, takeRootLock } from './store.ts'

export interface ChangeDeps {
  readonly database: Database
  readonly desk: SealDesk
  readonly rewrap: Rewrap
}

/** How long shares that were shown may wait to be confirmed. */
export const pendingSeconds = 3_600

export interface Changed {
  readonly kind: string
  readonly generation: number
}

/** Seals the root key by a file or a passphrase; the seal before opens nothing from then on. */
export async function changeSeal(
  deps: ChangeDeps,
  work: Work,
  change: Exclude<SealChange, { to: 'shamir' }>,
  now: Date,
): Promise<Outcome<Changed>> {
  if (change.to === 'passphrase') return replace(deps, work, { seal: await newPassphrase(change.passphrase) }, now)
  return replace(deps, work, await fileSeal(deps), now)
}

/** Makes shares and shows them. Nothing is sealed by them before somebody proves that they were kept. */
export async function prepareShamir(
  work: Work,
  { shares, threshold }: Extract<SealChange, { to: 'shamir' }>,
  now: Date,
): Promise<Outcome<readonly string[]>> {
  const made = await newShamir({ shares, threshold })
  return work(async (tx) => {
    await asSystemIn(tx, async () => {
      await takeRootLock(tx)
      await replacePending(tx, { id: made.id, kind: 'shamir', parameters: made.parameters, now })
    })
    await tx.record({
      kind: 'seal.change_prepared',
      resource: sealOf(made.id),
      data: { to: 'shamir', shares, threshold },
    })
    return ok(made.shares)
  })
}

/** Seals the root key by shares that were shown before, once enough of them came back. */
export async function confirmShamir(
  deps: ChangeDeps,
  work: Work,
  given: readonly string[],
  now: Date,
): Promise<Outcome<Changed>> {
  const since = addSeconds(now, -pendingSeconds)
  const pending = await deps.database.asSystem((tx) => pendingSeal(tx, since))
  if (pending === undefined) return refuse(sealErrors.seal_no_change)
  const { id } = pending
  const parameters = shamirParameters.parse(pending.parameters)
  const shares = new Map<number, Share>()
  for (const text of given) {
    const judged = judgeShare(id, parameters, text)
    if (judged.is === 'malformed') return refuse(sealErrors.seal_share_malformed)
    if (judged.is === 'foreign') return refuse(sealErrors.seal_share_foreign)
    shares.set(judged.share.number, judged.share)
  }
  const { threshold } = parameters
  if (shares.size < threshold) return refuse(sealErrors.seal_shares_missing, { threshold })
  const seal = await openShamir(id, parameters, [...shares.values()])
  return replace(deps, work, { seal, confirms: { id, since } }, now)
}

/** Another root key under the same seal. */
export async function rotateRoot(deps: ChangeDeps, work: Work, now: Date): Promise<Outcome<Resealed & Changed>> {
  const from = await deps.desk.keeper.refresh()
  const { seal } = from
  const to = newRoot(seal, from.root.generation + 1)
  const row = await rowOf(to, now)
  return work(async (tx) => {
    const done = await reseal(tx, deps.rewrap, { from, to, row })
    if (typeof done === 'string') return refuse(sealErrors.seal_changed_meanwhile)
    const { generation } = to.root
    await tx.record({ kind: 'seal.rotated', resource: sealOf(seal.id), data: { kind: seal.kind, generation, ...done } })
    return ok({ ...done, kind: seal.kind, generation })
  })
}

async function replace(
  { desk, rewrap }: ChangeDeps,
  work: Work,
  { seal, ...more }: { seal: Seal } & Pick<Reseal, 'write' | 'confirms'>,
  now: Date,
): Promise<Outcome<Changed>> {
  const from = await desk.keeper.refresh()
  const to = newRoot(seal, from.root.generation + 1)
  const row = await rowOf(to, now)
  return work(async (tx: Tx) => {
    const done = await reseal(tx, rewrap, { from, to, row, ...more })
    if (done === 'changed') return refuse(sealErrors.seal_changed_meanwhile)
    if (done === 'unwritable') return refuse(sealErrors.seal_file_unwritable, { path: desk.means.file.path })
    const { kind } = seal
    const { generation } = to.root
    const data = { from: from.seal.kind, to: kind, generation, ...done }
    await tx.record({ kind: 'seal.changed', resource: sealOf(seal.id), data })
    return ok({ kind, generation })
  })
}

/** The key that an operator has put into the file, for all replicas to find; else a new one, for this replica's file. */
async function fileSeal({ database, desk }: ChangeDeps): Promise<{ seal: Seal; write: () => boolean }> {
  const { file } = desk.means
  const there = file.keys() ?? []
  const known = await database.asSystem((tx) =>
    knownSeals(
      tx,
      there.map(({ id }) => id),
    ),
  )
  const brought = there.find(({ id }) => !known.has(id))
  if (brought !== undefined) return { seal: brought, write: () => true }
  const { seal, write } = file.draft()
  return { seal, write: () => isWritten(write) }
}

function isWritten(write: () => void): boolean {
  try {
    write()
    return true
  } catch (error) {
    // A mounted secret, say: read-only, or in a folder that is.
    if (error instanceof Error && /^(?:EROFS|EACCES|EPERM|ENOENT|ENOTDIR|EBUSY)$/.test(codeOf(error))) return false
    throw error
  }
}

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : ''
}

function sealOf(id: string) {
  return { type: 'Seal', id }
}
