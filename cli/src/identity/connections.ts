import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Command, Option } from 'commander'
import { segment } from '../api/client.ts'
import type { Cli, Open } from '../cli.ts'
import { collect } from '../commands/options.ts'
import { Failure } from '../failure.ts'
import { facts, table } from '../output/table.ts'

interface Connection {
  readonly id: string
  readonly name: string
  readonly preset: string
  readonly issuer: string
  readonly clientId: string
  readonly enabled: boolean
  readonly redirectUri: string
  readonly domains: readonly string[]
  readonly signUp: boolean
  readonly trustEmail: boolean
  readonly signUpGroups: readonly string[]
  readonly secondFactor: readonly string[]
  readonly linked: number
}

interface ConnectionOptions {
  readonly name?: string
  readonly preset?: string
  readonly issuer?: string
  readonly tenant?: string
  readonly clientId?: string
  readonly clientSecretFile?: string
  readonly domain?: readonly string[]
  readonly signUp?: boolean
  readonly trustEmail?: boolean
  readonly button?: boolean
  readonly updateName?: boolean
  readonly signUpGroup?: readonly string[]
  readonly secondFactor?: readonly string[]
  readonly group?: readonly string[]
  readonly groupsClaim?: string
}

const path = '/connections'

/** Upstream providers by which people may sign in: Google, Microsoft, Okta, GitHub, and any that speaks OpenID Connect. */
export function connectionsCommand(open: Open): Command {
  const connections = new Command('connections').description('let people sign in with an account elsewhere')

  connections
    .command('list')
    .description('list the providers that are connected')
    .action(async (_options: object, command: Command) => {
      const { api, show } = open(command)
      const { items } = await api.get<{ readonly items: readonly Connection[] }>(path)
      show(items, () => list(items))
    })

  connections
    .command('show')
    .description('show one, with the address to register there')
    .argument('<id>')
    .action(async (id: string, _options: object, command: Command) => {
      const { api, show } = open(command)
      const found = await api.get<Connection>(`${path}/${segment(id)}`)
      show(found, () => about(found))
    })

  settings(
    connections
      .command('create')
      .description('connect a provider: ... create google --preset google --client-id ID --client-secret-file FILE')
      .argument('<id>')
      .requiredOption('--client-id <id>', 'what it calls us')
      .addOption(
        new Option('--preset <name>', 'which provider').choices(['oidc', 'google', 'microsoft', 'okta', 'github']),
      )
      .option('--tenant <uuid>', 'the directory (tenant) id, for microsoft'),
  ).action(async (id: string, options: ConnectionOptions, command: Command) => {
    const cli = open(command)
    const made = await cli.api.post<Connection>(path, {
      id,
      preset: options.preset,
      tenant: options.tenant,
      ...bodyOf(cli, options),
      name: options.name ?? id,
    })
    cli.show(made, () => about(made))
  })

  settings(
    connections
      .command('update')
      .description('change a connection; what is not said stays')
      .argument('<id>')
      .option('--client-id <id>', 'what it calls us'),
  ).action(async (id: string, options: ConnectionOptions, command: Command) => {
    const cli = open(command)
    const changed = await cli.api.patch<Connection>(`${path}/${segment(id)}`, bodyOf(cli, options))
    cli.show(changed, () => about(changed))
  })

  for (const [name, enabled] of Object.entries({ enable: true, disable: false })) {
    connections
      .command(name)
      .description(enabled ? 'let people come by it again' : 'let nobody come by it; links stay')
      .argument('<id>')
      .action(async (id: string, _options: object, command: Command) => {
        const { api, show } = open(command)
        const changed = await api.patch<Connection>(`${path}/${segment(id)}`, { enabled })
        show(changed, () => `${changed.name} is ${enabled ? 'on' : 'off'}.\n`)
      })
  }

  connections
    .command('test')
    .description('look whether the provider answers as it should')
    .argument('<id>')
    .action(async (id: string, _options: object, command: Command) => {
      const { api, show } = open(command)
      const result = await api.post<{ works: boolean; problem: string | null }>(`${path}/${segment(id)}/test`)
      if (!result.works) {
        throw new Failure({
          code: 'upstream_failed',
          detail: `The provider does not answer as it should: ${result.problem}.`,
          mend: 'Compare the issuer with what the provider says of itself.',
        })
      }
      show(result, () => `${id} answers as it should.\n`)
    })

  connections
    .command('delete')
    .description('remove a connection, with the links of everybody to it')
    .argument('<id>')
    .action(async (id: string, _options: object, command: Command) => {
      const { api, show } = open(command)
      await api.delete(`${path}/${segment(id)}`)
      show({ id }, () => `${id} is gone, and nobody can come by it.\n`)
    })

  return connections
}

function settings(command: Command): Command {
  return command
    .option('--name <text>', 'what the button says')
    .option('--issuer <url>', 'the provider, as it names itself')
    .option('--client-secret-file <file>', 'the secret that it gave; never an argument, which every user here sees')
    .option('--domain <domain>', 'an e-mail domain that is its own; may be repeated', collect)
    .option('--sign-up', 'give an account to whoever comes with a verified address that nobody has')
    .option('--no-sign-up', 'and to nobody')
    .option('--sign-up-group <group>', 'a group that they are put into; may be repeated', collect)
    .option('--trust-email', 'believe the addresses of its own domains, though it does not call them verified')
    .option('--no-trust-email', 'do not')
    .option('--button', 'show its button to everybody')
    .option('--no-button', 'lead only people of its domains there')
    .option('--update-name', 'let names follow it')
    .option('--no-update-name', 'do not')
    .option(
      '--second-factor <value>',
      'a value of acr or amr that is believed to mean two factors; may be repeated',
      collect,
    )
    .option('--groups-claim <name>', 'the claim that names groups', 'groups')
    .option(
      '--group <value=group>',
      'a value of that claim, and the group here that it means; may be repeated',
      collect,
    )
}

function bodyOf({ terminal }: Cli, options: ConnectionOptions): Record<string, unknown> {
  const { clientSecretFile: file, group, groupsClaim } = options
  const map = group && Object.fromEntries(group.map((pair) => pair.split(/=(?=[^=]*$)/, 2)))
  return {
    name: options.name,
    issuer: options.issuer,
    clientId: options.clientId,
    clientSecret: file === undefined ? undefined : readFileSync(resolve(terminal.cwd, file), 'utf8').trim(),
    domains: options.domain,
    signUp: options.signUp,
    signUpGroups: options.signUpGroup,
    trustEmail: options.trustEmail,
    button: options.button,
    updateName: options.updateName,
    secondFactor: options.secondFactor,
    groups: map === undefined ? undefined : { claim: groupsClaim, map },
  }
}

function list(all: readonly Connection[]): string {
  return table(
    all,
    {
      id: ({ id }) => id,
      name: ({ name }) => name,
      preset: ({ preset }) => preset,
      on: ({ enabled }) => enabled,
      domains: ({ domains }) => domains.join(', '),
      'sign-up': ({ signUp }) => signUp,
      linked: ({ linked }) => linked,
    },
    'No provider is connected: holdfast identity connections create google --preset google ...',
  )
}

function about(connection: Connection): string {
  return facts({
    id: connection.id,
    name: connection.name,
    issuer: connection.issuer,
    'client id': connection.clientId,
    'redirect URI': connection.redirectUri,
    on: connection.enabled,
    domains: connection.domains.join(', '),
    'sign-up': connection.signUp,
    'sign-up groups': connection.signUpGroups.join(', '),
    'believes addresses': connection.trustEmail,
    'second factor': connection.secondFactor.join(', '),
    linked: connection.linked,
  })
}
