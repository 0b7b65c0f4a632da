import { Command } from 'commander'
import type { Open } from '../cli.ts'
import { unseal, type UnsealOptions } from '../seal/unseal.ts'
import { collect } from './options.ts'

export function unsealCommand(open: Open): Command {
  return new Command('unseal')
    .description('give a sealed control plane a share or the passphrase; asks for it, unseen, when none is named')
    .option('--share-file <file>', 'a file with shares, one a line; may be repeated', collect)
    .option('--passphrase-file <file>', 'a file with the passphrase')
    .option('--stdin', 'shares, one a line, or the passphrase from standard input')
    .action((options: UnsealOptions, command: Command) => unseal(open(command), options))
}
