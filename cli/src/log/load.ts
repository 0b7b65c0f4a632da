import { setTimeout as sleep } from 'node:timers/promises'
import { Command, InvalidArgumentError } from 'commander'
import type { Cli, Open } from '../cli.ts'
import { Failure } from '../failure.ts'
import { count } from '../output/count.ts'
import { table } from '../output/table.ts'
import { followLog } from './load/follow.ts'
import { LoadLedger } from './load/ledger.ts'
import { writeLoad } from './load/write.ts'

interface LoadOptions {
  readonly rate?: number
  readonly concurrency: number
  readonly seconds: number
  readonly batch: number
  readonly patience: number
  readonly application?: string
}

const stages = ['acknowledged', 'sequenced', 'proven'] as const

export function loadCommand(open: Open): Command {
  return new Command('load')
    .description(
      'write events into the log as a test, and report what was acknowledged, sequenced and proven, and how fast',
    )
    .option('--rate <number>', 'events a second (default: as fast as they are acknowledged)', between(1, 1_000_000))
    .option('--seconds <number>', 'for how long', between(1, 86_400), 10)
    .option('--concurrency <number>', 'requests at once', between(1, 256), 8)
    .option('--batch <number>', 'events in one request', between(1, 100), 20)
    .option('--patience <seconds>', 'how long after the last event one may take to be proven', between(1, 3600), 30)
    .option('--application <id>', 'to which application the events belong')
    .addHelpText('after', '\nThe events stay in the log, as all events do. Their kind is load.test.\n')
    .action(async (options: LoadOptions, command: Command) => load(open(command), options))
}

async function load(cli: Cli, { rate, application, ...options }: LoadOptions): Promise<void> {
  const { api } = cli
  const ledger = new LoadLedger()
  const follower = await followLog(api, ledger)
  const written = new AbortController()
  const following = follower.run(written.signal)
  // A failure of the follower ends the run when it is awaited; until then it must not end the process.
  following.catch(() => undefined)
  const milliseconds = await writeLoad(api, ledger, { rate, application, ...options })
  written.abort()
  await following
  const deadline = performance.now() + options.patience * 1000
  while (ledger.open > 0 && performance.now() < deadline) {
    await follower.look()
    await sleep(100)
  }
  report(cli, ledger, { rate: rate ?? null, milliseconds, checkpoint: follower.proven })
}

interface Run {
  readonly rate: number | null
  readonly milliseconds: number
  readonly checkpoint: number
}

function report(cli: Cli, ledger: LoadLedger, { rate, milliseconds, checkpoint }: Run): void {
  const rows = stages.map((stage) => ({ stage, events: ledger.count(stage), latencies: ledger.latencies(stage) }))
  const refused = Object.fromEntries(ledger.refused)
  const perSecond = Math.round((ledger.count('acknowledged') / milliseconds) * 1000)
  const { lost, twice } = ledger
  cli.show({ rate, perSecond, checkpoint, stages: rows, refused, lost, twice }, () => {
    const shown = table(
      rows,
      {
        stage: (row) => row.stage,
        events: (row) => row.events,
        'p50 ms': (row) => row.latencies?.p50,
        'p95 ms': (row) => row.latencies?.p95,
        'p99 ms': (row) => row.latencies?.p99,
        'max ms': (row) => row.latencies?.max,
      },
      '',
    )
    const others = Object.entries(refused).map(
      ([code, events]) => `not acknowledged: ${count(events, 'event')} (${code})\n`,
    )
    const asked = rate === null ? '' : ` of ${rate} that were asked for`
    return `${shown}${others.join('')}${perSecond} events a second acknowledged${asked}; checkpoint of ${count(checkpoint, 'event')}\n`
  })
  if (lost.length === 0 && twice.length === 0 && ledger.count('acknowledged') > 0) return
  throw new Failure({
    code: lost.length > 0 ? 'events_lost' : twice.length > 0 ? 'events_twice' : 'nothing_acknowledged',
    detail: `${count(lost.length, 'acknowledged event')} not in the log, ${twice.length} there twice, ${ledger.count('acknowledged')} acknowledged.`,
    lines: [...lost.slice(0, 10), ...twice.slice(0, 10)],
  })
}

function between(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN
    if (number >= least && number <= most) return number
    throw new InvalidArgumentError(`A whole number from ${least} to ${most} is needed.`)
  }
}
