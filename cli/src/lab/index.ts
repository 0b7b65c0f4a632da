import { exitCodes, Failure, usage } from '../failure.ts'
import { interruption } from '../stack/interruption.ts'
import type { Terminal } from '../terminal.ts'
import { attacks } from './attacks/index.ts'
import { block, heading, summary } from './print.ts'
import { attempt, judge, rowOf, type Row } from './report.ts'
import { startWorld, type World } from './world.ts'

export interface LabOptions {
  readonly terminal: Terminal
  /** The rows as JSON, at the end, instead of the table. */
  readonly json?: boolean
  /** Ids of the attacks to play; all of them when absent or empty. */
  readonly only?: readonly string[]
}

const attackIds: readonly string[] = attacks.map((attack) => attack.id)

/**
 * Starts a whole Holdfast with both shops in a temporary folder, plays the attacks, and takes everything down.
 * @returns 0 only when every attack succeeds on the naive shop, fails there behind a gateway if it says so, fails on the guarded one, through
 *   the gateway and with the gateway bypassed, and the ledger holds every event that an answer named
 */
export async function runLab({ terminal, json = false, only = [] }: LabOptions): Promise<number> {
  const unknown = only.filter((id) => !attackIds.includes(id))
  if (unknown.length > 0)
    throw usage(`There is no attack ${unknown.join(', ')}.`, `There are: ${attackIds.join(', ')}.`)
  const chosen = only.length === 0 ? attacks : attacks.filter((attack) => only.includes(attack.id))
  const rows: Row[] = []
  const say = (text: string): void => (json ? undefined : terminal.out(text))
  terminal.error('Starting the control plane, the gateway and four shops ...\n')
  const stopped = Promise.race([interruption(), outputGone()]).then(() => {
    throw new Failure({ code: 'interrupted', detail: 'Interrupted; everything was taken down.' })
  })
  const starting = startWorld()
  try {
    const world = await Promise.race([starting, stopped])
    say(heading())
    for (const [at, attack] of chosen.entries()) {
      const row = rowOf(attack, await Promise.race([playEverywhere(world, attack), stopped]))
      rows.push(row)
      say(block(row, at + 1))
    }
  } finally {
    // Interrupted while it starts, it is taken down as soon as it stands: nothing is left running.
    await starting.then(
      (world) => world.close(),
      () => undefined,
    )
  }
  const passed = rows.length > 0 && rows.every((row) => row.results.every((result) => result.asExpected))
  terminal.out(json ? `${JSON.stringify({ passed, attacks: rows }, null, 2)}\n` : summary(rows))
  return passed ? exitCodes.ok : exitCodes.failed
}

/** `holdfast lab run | head` reads no further: that must not end us before the databases and the processes are down. */
function outputGone(): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.on('error', () => resolve())
  })
}

async function playEverywhere(
  { naive, fronted, gateway, bypassed, findEvent }: World,
  attack: (typeof attacks)[number],
) {
  // One after the other; but while the events of one arrive in the ledger, the next is played.
  const outcomes = [
    judge('naive', await attempt(() => attack.naive(naive)), findEvent, true),
    judge('fronted', await attempt(() => attack.naive(fronted)), findEvent, !attack.stoppedByGateway),
    judge('gateway', await attempt(() => attack.guarded(gateway)), findEvent, false),
    judge('bypassed', await attempt(() => attack.guarded(bypassed)), findEvent, false),
  ]
  return Promise.all(outcomes)
}
