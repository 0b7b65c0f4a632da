import { Command } from 'commander'
import type { Open } from '../cli.ts'
import { usage } from '../failure.ts'
import { anchorOption } from './anchors.ts'
import { verifyOffline } from './verify-offline.ts'
import { verifyOnline } from './verify-online.ts'

export interface VerifyCommandOptions {
  readonly offline?: string
  readonly anchor?: readonly string[]
  readonly vkey?: string
  readonly state?: string
  readonly new?: boolean
  readonly sinceVerified?: boolean
  /** What the events say is read too; false if nothing is said. */
  readonly contents?: boolean
}

const examples = `
Without --offline the whole log is read from the server and its tree recomputed; the key of the log is taken from the
server the first time and remembered, as is the checkpoint that was verified: later the log must continue it.
`

export function verifyCommand(open: Open): Command {
  return new Command('verify')
    .description('check that the log is whole: nothing changed, removed, reordered, forked or rolled back')
    .option('--offline <pack>', 'a pack (log pack) or a proof (log prove) instead of the server')
    .addOption(anchorOption())
    .option('--vkey <key>', 'the verifier key of the log, as its owner told you')
    .option('--no-contents', 'check only that each event has its place, and not what it says')
    .option('--since-verified', 'read only what came after the checkpoint that was verified before')
    .option('--state <file>', 'where keys and checkpoints are remembered (default: in the state directory of the user)')
    .option('--new', 'this is another installation at the same address: forget what was verified before')
    .addHelpText('after', examples)
    .action(async (options: VerifyCommandOptions, command: Command) => {
      const { offline, ...rest } = options
      if (offline === undefined) return verifyOnline(open(command), rest)
      if (rest.new === true || rest.sinceVerified === true || rest.contents === false) {
        throw usage(
          '--new, --since-verified and --no-contents are for the log of a server; a file has its contents in it.',
        )
      }
      return verifyOffline(open(command), offline, rest)
    })
}
