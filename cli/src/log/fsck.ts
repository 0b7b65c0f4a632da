import { Command } from 'commander'
import type { Cli, Open } from '../cli.ts'
import { Failure } from '../failure.ts'
import { count } from '../output/count.ts'
import { anchorOption } from './anchors.ts'
import type { VerifyCommandOptions } from './verify.ts'
import { verifyServer } from './verify-online.ts'

/** What the server found in its own database. */
export interface FsckReport {
  readonly ok: boolean
  readonly size: number
  readonly problems: readonly { readonly code: string; readonly seq: number | null; readonly detail: string }[]
}

/** The server reads every row of a large log. */
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
  const report = await cli.api.post<FsckReport>('/ledger/fsck')
  if (!report.ok) {
    const [first] = report.problems
    throw new Failure({
      code: `fsck_${first?.code ?? 'failed'}`,
      detail: `The log of the server is damaged: ${count(report.problems.length, 'problem')} in ${count(report.size, 'event')}.`,
      lines: report.problems.map(
        ({ code, seq, detail }) => `${seq === null ? '' : `event ${seq}: `}${detail} (${code})`,
      ),
      mend: 'Keep a copy of the database as it is, and find out who could write to it.',
    })
  }
  const { proof } = await verifyServer(cli, options)
  cli.show({ server: report, proof }, () => {
    const { size, root } = proof
    return `The server finds its log whole (${count(report.size, 'event')}), and so it is seen from here (${count(size, 'event')}).\nroot ${root}\n`
  })
}
