import { Command } from 'commander'

export function gatewayCommand(): Command {
  const gateway = new Command('gateway').description('the gateway: stands before backends in any language')
  gateway
    .command('start')
    .description('start a gateway: holdfast gateway start --credentials .holdfast/credentials.json')
    .argument('[options...]', 'as "holdfast gateway start --help" lists them')
    .allowUnknownOption()
    .helpOption(false)
    .action(async (parameters: readonly string[]) => {
      // The gateway's own main takes the process over, with its flags, its help and its way to stop: said once, there.
      process.argv.splice(2, process.argv.length, ...parameters)
      await import('@holdfast/gateway/main')
    })
  return gateway
}
