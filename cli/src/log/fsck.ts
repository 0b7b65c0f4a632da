import { setTimeout as sleep } from 'node:timers/promises'
import { Command } from 'commander'
import { segment, type Api } from '../api/client.ts'
import type { Cli, Open } from '../cli.ts'
import { Failure } from '../failure.ts'
import { count } from '../output/count.ts'
import { anchorOption } from './anchors.ts'
import type { VerifyCommandOptions } from './verify.ts'
import { verifyServer } from './verify-online.ts'

/** What the server finds in its own database: a job, of which this is the state. */
interface FsckReport {
  readonly id: string
  readonly state: 'waiting' | 'running' | 'done'
  /** null until it is done */
  readonly size: number | null
  readonly checked: number
  readonly ok: boolean | null
  readonly problems: readonly {
    readonly code: string
    readonly seq: number | null
    readonly event: string | null
    readonly detail: string
  }[]
  /** How many more problems there are than are told. */
  readonly more: number
}

const pause = 500 // milliseconds between two looks at the job
/** How long a job may stand still before it is given up: its server may have ended, or fails at it again and again. */
const patience = 60_000 // milliseconds

export function fsckCommand(open: Open): Command {
  return new Command('fsck')
    .description('have the server check its own log against its database, and verify it from outside as well')
    .addOption(anchorOption())
    .option('--vkey <key>', 'the verifier key of the log, as its owner told you')
    .option('--state <file>', 'where keys and checkpoints are remembered (default: in the state directory of the user)')
    .option('--new', 'this is another installation at the same address: forget what was verified before')
    .action(async (options: VerifyCommandOptions, command: Command) => fsck(open(command), options))
}

/** Two looks at one log: a server whose database was changed together with its program would still not pass the second. */
async function fsck(cli: Cli, options: VerifyCommandOptions): Promise<void> {
  const server = await checked(cli.api)
  if (server.ok !== true) throw damaged(server)
  const { proof } = await verifyServer(cli, options)
  cli.show({ server, proof }, () => {
    const seen = `The server finds its log whole (${count(server.size ?? 0, 'event')}), and so it is seen from here (${count(proof.size, 'event')}).`
    return `${seen}\nroot ${proof.root}\n`
  })
}

async function checked(api: Api): Promise<FsckReport> {
  const { id } = await api.post<{ id: string }>('/ledger/fsck')
  let moved = performance.now()
  let checked = -1
  for (;;) {
    const report = await api.get<FsckReport>(`/ledger/fsck/${segment(id)}`)
    if (report.state === 'done') return report
    if (report.checked !== checked) moved = performance.now()
    checked = report.checked
    if (performance.now() - moved > patience) {
      const mend = 'See the log lines of the server.'
      throw new Failure({ code: 'fsck_stalled', detail: `The check ${id} at the server stands still.`, mend })
    }
    await sleep(pause)
  }
}

function damaged({ problems, more, size }: FsckReport): Failure {
  const [first] = problems
  return new Failure({
    code: `fsck_${first?.code ?? 'failed'}`,
    detail: `The log of the server is damaged: ${count(problems.length + more, 'problem')} in ${count(size ?? 0, 'event')}.`,
    lines: [
      ...problems.map(({ code, seq, event, detail }) => {
        const place = seq === null ? '' : `event ${seq}${event === null ? '' : ` (${event})`}: `
        return `${place}${detail} (${code})`
      }),
      ...(more > 0 ? [`and ${more} more`] : []),
    ],
    mend: 'Keep a copy of the database as it is, and find out who could write to it.',
  })
}
