import { parseCheckpoint, parseEntries, parseEntry, TILE_WIDTH, tileWidth, verifyLog } from '@holdfast/merkle'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Api } from '../../api/client.ts'
import { ApiProblem } from '../../api/problem.ts'
import { Failure } from '../../failure.ts'
import { notWhole } from '../failures.ts'
import { type RemoteLog, remoteLog } from '../source.ts'
import type { LoadLedger } from './ledger.ts'

/** Codes of an Api that reaches no server. */
const away = new Set(['unreachable', 'timeout'])
const pause = 250 // milliseconds between two looks

interface Head {
  readonly size: number
  readonly vkey: string
  readonly checkpoint: string | null
}

/** Looks at the log while it is written to. */
export interface LogFollower {
  /** Looks once at all that is new. */
  look(): Promise<void>
  /** Looks again and again. */
  run(signal: AbortSignal): Promise<void>
  /** The size of the last checkpoint that was verified. */
  readonly proven: number
}

/** @throws Failure when the log is not whole */
export async function followLog(api: Api, ledger: LoadLedger): Promise<LogFollower> {
  const log = remoteLog(api)
  const first = await api.get<Head>('/ledger/head')
  let { size: sequenced, checkpoint: last } = first
  let proven = last === null ? 0 : sizeOf(last)

  async function look(): Promise<void> {
    const { size, checkpoint } = await api.get<Head>('/ledger/head')
    for (const entry of await entriesOf(log, sequenced, size))
      ledger.seen(parseEntry(entry).id, 'sequenced', performance.now())
    sequenced = size
    if (checkpoint === null || checkpoint === last) return
    const from = proven + 1
    const entries: Uint8Array[] = []
    const result = await verifyLog(
      log,
      { vkey: first.vkey, checkpoint },
      { from, anchors: last === null ? [] : [last], onEntry: (_seq, entry) => entries.push(entry) },
    )
    if (!result.ok) throw notWhole(result)
    for (const entry of entries) ledger.seen(parseEntry(entry).id, 'proven', performance.now())
    proven = result.size
    last = checkpoint
  }

  /** A server that is away for a while is what a load may be for; what it did meanwhile is seen afterwards. */
  async function lookIfThere(): Promise<void> {
    try {
      await look()
    } catch (error) {
      if (!(error instanceof Failure && (away.has(error.parts.code) || isUnavailable(error)))) throw error
    }
  }

  return {
    look: lookIfThere,
    run: async (signal) => {
      while (!signal.aborted) {
        await lookIfThere()
        await sleep(pause, undefined, { signal }).catch(() => undefined)
      }
    },
    get proven() {
      return proven
    },
  }
}

/** The entries of the places `after + 1` to `size`. */
async function entriesOf(log: RemoteLog, after: number, size: number): Promise<Uint8Array[]> {
  const found: Uint8Array[] = []
  for (let index = Math.floor(after / TILE_WIDTH); index * TILE_WIDTH < size; index++) {
    const width = tileWidth(0, index, size)
    const entries = parseEntries((await log.tile({ level: 'entries', index, width })) ?? new Uint8Array(0), width)
    found.push(...entries.slice(Math.max(0, after - index * TILE_WIDTH)))
  }
  return found
}

function isUnavailable(error: Failure): boolean {
  return error instanceof ApiProblem && error.problem.status === 503
}

function sizeOf(note: string): number {
  return parseCheckpoint(note.slice(0, note.lastIndexOf('\n\n') + 1)).size
}
