import type { Database } from '../../../platform/database/database.ts'
import type { LogIdentity } from '../identity.ts'
import { readCheckpoint } from '../store/head.ts'
import type { LedgerKeys } from '../stored.ts'
import { acceptance } from './acknowledge.ts'
import type { Anchor } from './anchor.ts'
import { type Anchored, compareWith } from './compare.ts'

/** How the log does against what was anchored. */
export interface AnchorStanding {
  readonly name: string
  /** null until it was looked at */
  readonly verdict: Anchored['verdict'] | null
  readonly size: number | null
  /** when the anchor was last read or written */
  readonly seenAt: Date | null
  /** why it could not be, since then */
  readonly trouble: string | null
}

export interface AnchorWatch {
  /** Looks at every anchor at once, then again and again. @returns when the first look is over */
  start(): Promise<void>
  standing(): readonly AnchorStanding[]
  /** The log is not the one that was anchored: nothing may be appended to it. */
  halted(): boolean
  /** Looks at once: something may have changed. */
  look(): Promise<void>
  stop(): Promise<void>
}

export interface AnchorWatchDeps {
  readonly database: Database
  readonly keys: Pick<LedgerKeys, 'installation'>
  readonly identity: () => Promise<LogIdentity>
  readonly anchors: readonly Anchor[]
  readonly seconds: number
  readonly now: () => Date
  /** the first sight of a log that is not the one that was anchored */
  readonly onMismatch: (anchor: string, found: Anchored) => Promise<void>
  readonly onError: (error: unknown) => void
}

/**
 * Keeps the log's checkpoints where its owner cannot rewrite them, and compares. It runs beside everything else: an anchor
 * that cannot be reached holds nobody up, and is said.
 */
export function createAnchorWatch(deps: AnchorWatchDeps): AnchorWatch {
  const { database, keys, identity, anchors, seconds, now, onMismatch, onError } = deps
  const states = anchors.map((anchor) => ({
    anchor,
    standing: { name: anchor.name, verdict: null, size: null, seenAt: null, trouble: null } as AnchorStanding,
  }))
  let timer: NodeJS.Timeout | undefined
  let looking: Promise<void> | undefined
  let stopped = false

  async function examine(anchor: Anchor): Promise<Anchored> {
    const { vkey } = await identity()
    const kept = await anchor.last()
    const checkpoint = await database.asSystem((tx) => readCheckpoint(tx))
    if (kept !== undefined) {
      const found = await compareWith(database, vkey, kept.note)
      if (found.verdict !== 'ok') {
        // An operator may have said since that the log is right as it is.
        const acknowledgement = await acceptance(database, keys, kept.time)
        if (acknowledgement === undefined) return found
        await anchor.restart(acknowledgement)
      } else if (checkpoint === undefined || checkpoint.size <= (found.size ?? 0)) return found
    }
    if (checkpoint === undefined) return { verdict: 'ok', size: 0, now: 0 }
    await anchor.append(checkpoint.note)
    return { verdict: 'ok', size: checkpoint.size, now: checkpoint.size }
  }

  async function lookAt(state: (typeof states)[number]): Promise<void> {
    const before = state.standing
    try {
      const found = await examine(state.anchor)
      state.standing = { ...before, verdict: found.verdict, size: found.size, seenAt: now(), trouble: null }
      if (found.verdict !== 'ok' && before.verdict !== found.verdict) await onMismatch(state.anchor.name, found)
    } catch (error) {
      const trouble = error instanceof Error ? error.message : 'unknown'
      if (before.trouble !== trouble) onError(error)
      state.standing = { ...state.standing, trouble }
    }
  }

  function look(): Promise<void> {
    looking ??= Promise.all(states.map(lookAt)).then(() => {
      looking = undefined
    })
    return looking
  }

  function plan(): void {
    if (stopped || states.length === 0) return
    timer = setTimeout(() => void look().finally(plan), seconds * 1000)
  }

  return {
    start: () => look().finally(plan),
    standing: () => states.map(({ standing }) => standing),
    halted: () => states.some(({ standing: { verdict } }) => verdict !== null && verdict !== 'ok'),
    async look() {
      // What is under way may have read already.
      await looking
      await look()
    },
    async stop() {
      stopped = true
      clearTimeout(timer)
      await looking
    },
  }
}
