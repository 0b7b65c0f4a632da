import { Command } from 'commander'
import { opener } from './cli.ts'
import { accessCommand } from './commands/access.ts'
import { applicationsCommand } from './commands/applications.ts'
import { configCommand } from './commands/config.ts'
import { identityCommand } from './commands/identity.ts'
import { protectionCommand } from './commands/protection.ts'
import { tenantsCommand } from './commands/tenants.ts'
import { doctorCommand } from './commands/doctor.ts'
import { gatewayCommand } from './commands/gateway.ts'
import { groupsCommand } from './commands/groups.ts'
import { initCommand } from './commands/init.ts'
import { keysCommand } from './commands/keys.ts'
import { labCommand } from './commands/lab.ts'
import { loginCommand, logoutCommand } from './commands/login.ts'
import { logCommand } from './commands/log.ts'
import { peopleCommand } from './commands/people.ts'
import { rulesCommand } from './commands/rules.ts'
import { policiesCommand } from './commands/policies.ts'
import { sealCommand } from './commands/seal.ts'
import { servicesCommand } from './commands/services.ts'
import { sessionsCommand } from './commands/sessions.ts'
import { startCommand } from './commands/start.ts'
import { unsealCommand } from './commands/unseal.ts'
import { whoamiCommand } from './commands/whoami.ts'
import { applyCommand } from './identity/apply/command.ts'
import type { Terminal } from './terminal.ts'

const examples = `
Begin:
  holdfast start --demo                        everything on this machine, with a little shop to attack
  holdfast init express                        guard the Express application in this directory

Then:
  holdfast log tail --follow                   watch what happens
  holdfast people list                         who may sign in
  holdfast policies test-decision shop ada@shop.example buy 'Product::"1"'

Exit codes: 0 done, 1 failed or denied, 2 not understood.
`

/** @param end is told the exit code of a command that neither simply worked nor threw */
export function createProgram(terminal: Terminal, version: string, end: (exitCode: number) => void): Command {
  const open = opener(terminal, end)
  const program = new Command('holdfast')
    .description('The security half of a backend: sign-in, permissions, a gateway, a log that can be verified.')
    .version(version, '--version', 'print the version')
    .option('--url <url>', 'the control plane (HOLDFAST_URL; default: http://localhost:7400)')
    .option('--token-file <file>', 'a file with the token (HOLDFAST_TOKEN; default: <data>/bootstrap.json)')
    .option('--data <directory>', 'the data directory (HOLDFAST_DATA; default: ./data)')
    .option('--json', 'answer in JSON')
    .option('--debug', 'show where an error came from')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', examples)

  const groups: readonly (readonly [heading: string, commands: readonly Command[]])[] = [
    ['Begin:', [startCommand(open), gatewayCommand(open), initCommand(open, version), labCommand(open)]],
    [
      'Keep it running:',
      [doctorCommand(open), configCommand(open), unsealCommand(open), sealCommand(open), keysCommand(open)],
    ],
    [
      'See what happens:',
      [logCommand(open), sessionsCommand(open), whoamiCommand(open), loginCommand(open), logoutCommand(open)],
    ],
    [
      'Who may do what:',
      [
        peopleCommand(open),
        identityCommand(open),
        protectionCommand(open),
        rulesCommand(open),
        tenantsCommand(open),
        groupsCommand(open),
        policiesCommand(open),
        accessCommand(open),
      ],
    ],
    ['What is guarded:', [applicationsCommand(open), servicesCommand(open), applyCommand(open)]],
  ]
  for (const [heading, commands] of groups) {
    for (const command of commands) program.addCommand(command.helpGroup(heading))
  }
  settle(program, terminal)
  return program
}

/** Every command, however deep, writes to our terminal and throws instead of ending the process. */
function settle(command: Command, terminal: Terminal): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => terminal.out(text),
    writeErr: (text) => terminal.error(text),
  })
  for (const child of command.commands) {
    child
      .configureHelp({ showGlobalOptions: true, ...child.configureHelp() })
      .helpOption('-h, --help', 'show help')
      .helpCommand(false)
    settle(child, terminal)
  }
}
