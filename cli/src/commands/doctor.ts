import { Command } from 'commander'
import type { Open } from '../cli.ts'
import { exitCodes } from '../failure.ts'
import { printable } from '../output/printable.ts'
import { collect } from './options.ts'
import { sources, type SettingOptions } from './settings.ts'

export function doctorCommand(open: Open): Command {
  return new Command('doctor')
    .description('look for what keeps Holdfast from running well, and how to mend it')
    .option('--config <file>', 'the configuration (HOLDFAST_CONFIG; default: holdfast.yaml, if it is there)')
    .option('--set <setting=value>', 'one setting; may be repeated', collect)
    .action(async (options: SettingOptions, command: Command) => {
      const cli = open(command)
      const { diagnose } = await import('@holdfast/server/main')
      const findings = await diagnose({ ...sources(cli, options), fetch })
      cli.show(findings, () =>
        findings
          .map(({ check, status, found, mend }) => {
            const line = `${status.padEnd(4)}  ${check.padEnd(13)}  ${printable(found)}\n`
            return mend === null ? line : `${line}${' '.repeat(21)}-> ${printable(mend)}\n`
          })
          .join(''),
      )
      cli.end(findings.some(({ status }) => status === 'fail') ? exitCodes.failed : exitCodes.ok)
    })
}
