import type { Clock } from '../../../platform/clock.ts'
import type { Database } from '../../../platform/database/database.ts'
import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Source } from '../../../platform/ports.ts'
import { sealErrors } from './errors.ts'
import { createGathering } from './gathering.ts'
import { createKeeper, type Keeper } from './keeper.ts'
import { tidyKeyFile } from './key-file-tidy.ts'
import type { SealNews } from './news.ts'
import { makeFirstSeal, openWith, type SealMeans } from './open.ts'
import { openPassphrase, passphraseParameters } from './passphrase.ts'
import { createRefusals } from './refusals.ts'
import { type Seal, SealMismatch } from './seal.ts'
import type { SealStatus, Unseal } from './shapes.ts'
import { shamirParameters } from './shamir.ts'
import { currentSeal, type SealRow } from './store.ts'

export interface SealDeskDeps {
  readonly database: Database
  readonly clock: Clock
  readonly means: SealMeans
  readonly onError: (error: unknown) => void
  /** that something was found which the operator should know: a sentence */
  readonly onNote: (note: string) => void
  /** how long shares wait for the next one; 1,800 s when not said */
  readonly patienceSeconds?: number
}

/** Where this replica is sealed and unsealed, from its start to its end. */
export interface SealDesk {
  readonly keeper: Keeper
  readonly means: SealMeans
  /** Makes the first seal, or opens the one that is there. @throws SealMismatch, ConfigError */
  start(): Promise<void>
  status(): SealStatus
  /** Resolves when the root key is there for the first time. */
  readonly opened: Promise<void>
  unseal(given: Unseal, source: Source): Promise<Outcome<SealStatus>>
  /** Who is told of each unsealing that was not a plain start: also of one that lies behind, once. */
  news(tell: (news: SealNews) => Promise<void>): void
  stop(): Promise<void>
}

const lookMilliseconds = 2_000
/** Each takes 64 MiB and half a second of a core: one at a time, and a few in line. */
const mostWaiting = 4

export function createSealDesk(deps: SealDeskDeps): SealDesk {
  const { database, clock, means, onError, onNote } = deps
  const opened = Promise.withResolvers<void>()
  const gathering = createGathering(deps.patienceSeconds ?? 1_800)
  const refused = createRefusals()
  let row: SealRow | undefined
  let looking: NodeJS.Timeout | undefined
  let stopped = false
  let waiting = 0
  let noted = ''
  let sealedSince: Date | undefined
  let tell: ((news: SealNews) => Promise<void>) | undefined
  const untold: SealNews[] = []
  let turn: Promise<unknown> = Promise.resolve()

  const keeper = createKeeper({
    database,
    clock,
    onChange: () => tidyKeyFile(database, means.file, onNote),
    onLost() {
      sealedSince = clock.now()
      // As after a start: what this replica has by itself is tried anew.
      row = undefined
      onNote('The root key was rotated, and this replica was not handed the new one: it is sealed.')
      lookAgain(0)
    },
    onError,
  })

  async function read(): Promise<SealRow | undefined> {
    const now = await database.asSystem(currentSeal)
    // Another replica changed the seal: the shares of the one before are worth nothing.
    if (now?.id !== row?.id) gathering.forget()
    row = now
    return now
  }

  async function adopt(seal: Seal, address: string | null): Promise<void> {
    await keeper.adopt(seal)
    gathering.forget()
    opened.resolve()
    if (sealedSince === undefined) return
    const at = clock.now()
    const sealedSeconds = Math.round((at.getTime() - sealedSince.getTime()) / 1000)
    sealedSince = undefined
    untold.push({ kind: seal.kind, replica: keeper.replica, address, at, sealedSeconds, refusals: refused.take() })
    spread()
  }

  function spread(): void {
    if (tell !== undefined) for (const news of untold.splice(0)) void tell(news)
  }

  /** @throws SealMismatch when this replica's own means are wrong */
  async function tryOwn(): Promise<void> {
    const now = await read()
    if (now === undefined) return
    const own = await openWith(means, now)
    if (own !== undefined && keeper.held === undefined) await adopt(own, null)
  }

  function lookAgain(after = lookMilliseconds): void {
    if (stopped) return
    clearTimeout(looking)
    looking = setTimeout(() => void look(), after)
  }

  /** A key file may be brought, and another replica may change the seal; a passphrase was tried at the start. */
  async function look(): Promise<void> {
    try {
      if (keeper.held === undefined) {
        const before = row?.id
        const now = await read()
        if (now !== undefined && (now.kind !== 'passphrase' || now.id !== before)) await tryOwn()
      }
    } catch (error) {
      if (!(error instanceof SealMismatch)) onError(error)
      else if (error.message !== noted) {
        noted = error.message
        onNote(error.message)
      }
    }
    if (keeper.held === undefined) lookAgain()
  }

  function status(): SealStatus {
    const sealed = keeper.held === undefined
    const kind = keeper.held?.seal.kind ?? row?.kind ?? means.kind
    const parameters = keeper.held?.seal.parameters ?? row?.parameters
    if (kind !== 'shamir') return { sealed, kind, shares: null }
    const { threshold, digests } = shamirParameters.parse(parameters)
    return { sealed, kind, shares: { total: digests.length, threshold, given: sealed ? gathering.given : 0 } }
  }

  /** One after the other: of two last shares that come together, one opens. */
  function inTurn<T>(run: () => Promise<T>): Promise<T> {
    const mine = turn.then(run, run)
    turn = mine.catch(() => {})
    return mine
  }

  async function give(at: SealRow, share: string, { address }: Source): Promise<Outcome<SealStatus>> {
    if (at.kind !== 'shamir') return refuse(sealErrors.seal_other_kind, { kind: at.kind })
    const parameters = shamirParameters.parse(at.parameters)
    const judged = gathering.give(at.id, parameters, share)
    if (judged.is === 'repeated') return refuse(sealErrors.seal_share_repeated, { number: judged.number })
    if (judged.is !== 'fits') {
      const error = judged.is === 'malformed' ? sealErrors.seal_share_malformed : sealErrors.seal_share_foreign
      refused.note(error.code, address, clock.now())
      return refuse(error)
    }
    const seal = await gathering.open(at.id, parameters)
    if (seal === undefined) return ok(status())
    return adopted(seal, address, () => refuse(sealErrors.seal_share_foreign))
  }

  async function say(at: SealRow, passphrase: string, { address }: Source): Promise<Outcome<SealStatus>> {
    if (at.kind !== 'passphrase') return refuse(sealErrors.seal_other_kind, { kind: at.kind })
    const seal = await openPassphrase(at.id, passphraseParameters.parse(at.parameters), passphrase)
    return adopted(seal, address, () => {
      refused.note(sealErrors.seal_passphrase_wrong.code, address, clock.now())
      return refuse(sealErrors.seal_passphrase_wrong)
    })
  }

  async function adopted(
    seal: Seal,
    address: string | null,
    mismatch: () => Outcome<SealStatus>,
  ): Promise<Outcome<SealStatus>> {
    try {
      await adopt(seal, address)
      return ok(status())
    } catch (error) {
      if (!(error instanceof SealMismatch)) throw error
      await read()
      return mismatch()
    }
  }

  return {
    keeper,
    means,
    opened: opened.promise,
    async start() {
      if ((await read()) === undefined) await makeFirstSeal(database, means, clock)
      await tryOwn()
      if (keeper.held !== undefined) return
      sealedSince = clock.now()
      lookAgain()
    },
    status,
    async unseal(given, source) {
      if (keeper.held !== undefined) return refuse(sealErrors.seal_open)
      if (waiting >= mostWaiting) return refuse(sealErrors.seal_busy, {}, {}, { headers: { 'retry-after': '2' } })
      waiting += 1
      try {
        return await inTurn(async () => {
          if (keeper.held !== undefined) return refuse(sealErrors.seal_open)
          const at = await read()
          if (at === undefined) return refuse(sealErrors.seal_open)
          return 'share' in given ? await give(at, given.share, source) : await say(at, given.passphrase, source)
        })
      } finally {
        waiting -= 1
      }
    },
    news(listener) {
      tell = listener
      spread()
    },
    async stop() {
      stopped = true
      clearTimeout(looking)
      gathering.forget()
      await keeper.stop()
    },
  }
}
