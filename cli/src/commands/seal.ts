import { Command, Option } from 'commander'
import type { Open } from '../cli.ts'
import { agreed } from './agree.ts'
import { change, type ChangeOptions, confirm } from '../seal/change.ts'
import { sharesFrom } from '../seal/secrets.ts'
import { status } from '../seal/status.ts'
import type { SealRotated } from '../seal/types.ts'
import { count } from '../output/count.ts'
import { collect, wholeNumber } from './options.ts'

export function sealCommand(open: Open): Command {
  const seal = new Command('seal').description(
    'what keeps the root key: a file, a passphrase, or shares of several people',
  )

  seal
    .command('status')
    .description('whether the control plane is sealed, and how')
    .action((_options: object, command: Command) => status(open(command)))

  seal
    .command('change')
    .description('seal the root key in another way: holdfast seal change --to shamir --shares 5 --threshold 3')
    .addOption(
      new Option('--to <kind>', 'what shall open it').choices(['file', 'passphrase', 'shamir']).makeOptionMandatory(),
    )
    .option('--shares <number>', 'how many shares are made (default: 5)', wholeNumber)
    .option('--threshold <number>', 'how many of them open it (default: 3)', wholeNumber)
    .option('--share-directory <directory>', 'write each share to a file of its own there, instead of showing it')
    .option('--passphrase-file <file>', 'the new passphrase, instead of asking for it')
    .option('-y, --yes', 'do it without asking, and without the shares being given back')
    .action((options: ChangeOptions, command: Command) => change(open(command), options))

  seal
    .command('confirm')
    .description('seal by shares that were shown before, by giving back enough of them')
    .option('--share-file <file>', 'a file with shares, one a line; may be repeated', collect)
    .option('--stdin', 'shares from standard input, one a line')
    .action(async ({ shareFile: files, stdin }: { shareFile?: string[]; stdin?: boolean }, command: Command) => {
      const cli = open(command)
      const given = { ...(files !== undefined && { files }), stdin: stdin ?? files === undefined }
      await confirm(cli, await sharesFrom(cli.terminal, given))
    })

  seal
    .command('rotate')
    .description('replace the root key by a new one; the seal stays as it is, and no data is encrypted anew')
    .option('-y, --yes', 'without asking')
    .action(async ({ yes }: { yes?: boolean }, command: Command) => {
      const { api, terminal, show } = open(command)
      await agreed(terminal, 'Replace the root key?', yes)
      const rotated = await api.post<SealRotated>('/seal/rotate')
      const { generation, keys, replicas } = rotated
      show(
        rotated,
        () =>
          `The root key is of generation ${generation}: ${count(keys, 'key')} wrapped anew, ${count(replicas, 'replica')} told.\n`,
      )
    })

  return seal
}
