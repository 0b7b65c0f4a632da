import { Command } from 'commander'
import type { Open } from '../cli.ts'
import { collect } from './options.ts'
import { explained, sources, type SettingOptions } from './settings.ts'

export function configCommand(open: Open): Command {
  const config = new Command('config').description('the configuration of the control plane')
  config
    .command('print')
    .description('show the configuration in force and where each value comes from, without its secrets')
    .option('--config <file>', 'the configuration (HOLDFAST_CONFIG; default: holdfast.yaml, if it is there)')
    .option('--set <setting=value>', 'one setting; may be repeated', collect)
    .action(async (options: SettingOptions, command: Command) => {
      const { configuration, loadConfig, printConfig } = await import('@holdfast/server/main')
      const cli = open(command)
      try {
        const { config: loaded, origins } = loadConfig(configuration, sources(cli, options))
        const text = printConfig(configuration, loaded, origins)
        cli.show({ yaml: text, origins: Object.fromEntries(origins) }, () => `${text}\n`)
      } catch (error) {
        await explained(error)
      }
    })
  return config
}
