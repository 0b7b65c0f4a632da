import { Command } from 'commander'
import type { Open } from '../cli.ts'
import { usage } from '../failure.ts'

// The flags of the gateway's own main, which checks their values and reads their variables: here they are only named,
// and main.test.ts holds the two lists together.
const flags = [
  [
    '--credentials <file>',
    'of a service in the group gateways (HOLDFAST_CREDENTIALS; default: .holdfast/credentials.json)',
  ],
  ['--listen <host:port>', 'where it listens (HOLDFAST_GATEWAY_LISTEN; default: 127.0.0.1:7480)'],
  ['--data <folder>', "for the gateway's own key (HOLDFAST_GATEWAY_DATA; default: .holdfast/gateway)"],
  ['--tls-cert <file>', 'PEM; with --tls-key it speaks https; several by commas (HOLDFAST_GATEWAY_TLS_CERT)'],
  ['--tls-key <file>', 'PEM; as many (HOLDFAST_GATEWAY_TLS_KEY)'],
  ['--tls-min-version <version>', '1.3 (the default) or 1.2 (HOLDFAST_GATEWAY_TLS_MIN_VERSION)'],
  ['--client-certificates', 'ask clients for a certificate (HOLDFAST_GATEWAY_CLIENT_CERTIFICATES=true)'],
  [
    '--forward-tokens <list>',
    'applications that get the access token along, by commas (HOLDFAST_GATEWAY_FORWARD_TOKENS)',
  ],
  ['--trusted-proxies <list>', 'addresses or ranges before it, by commas (HOLDFAST_GATEWAY_TRUSTED_PROXIES)'],
  ['--rules <folder>', 'rules in SecLang, as the OWASP Core Rule Set (HOLDFAST_GATEWAY_RULES)'],
  ['--audit-log <file>', 'requests that the rules want recorded, a line of JSON each (HOLDFAST_GATEWAY_AUDIT_LOG)'],
] as const

const after = `
Where the control plane is stands in the credentials, which come from it:
  holdfast services create gateway --group gateways --out .holdfast/credentials.json
  holdfast gateway start
It says at /.holdfast/healthz whether it is ready.
`

export function gatewayCommand(open: Open): Command {
  const gateway = new Command('gateway').description('the gateway: stands before backends in any language')
  const start = gateway
    .command('start')
    .description('start a gateway: holdfast gateway start --credentials .holdfast/credentials.json')
    // What the other commands share is about the control plane, and `--data` means another folder here.
    .configureHelp({ showGlobalOptions: false })
    .addHelpText('after', after)
    .action(async (_options: object, command: Command) => {
      const { url, tokenFile, json } = open(command).options
      if (url !== undefined) throw usage('A gateway takes no --url.', 'Its credentials name the control plane.')
      if (tokenFile !== undefined) throw usage('A gateway takes no --token-file.', 'Its key is in its --credentials.')
      if (json === true) throw usage('A gateway answers nothing, so there is no --json.')
      const given = command.optsWithGlobals<Readonly<Record<string, unknown>>>() // --data is read as the global one
      const parameters = command.options.flatMap((option) => {
        const value = given[option.attributeName()]
        return typeof value === 'string' && option.long != null ? [`${option.long}=${value}`] : []
      })
      // The gateway's own main takes the process over, with its way to stop: said once, there.
      process.argv.splice(2, process.argv.length, ...parameters)
      await import('@holdfast/gateway/main')
    })
  for (const [flag, meaning] of flags) start.option(flag, meaning)
  return gateway
}
