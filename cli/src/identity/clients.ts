import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Command, Option } from 'commander'
import { segment } from '../api/client.ts'
import type { Cli, Open } from '../cli.ts'
import { agreed } from '../commands/agree.ts'
import { collect, wholeNumber } from '../commands/options.ts'
import { Failure } from '../failure.ts'
import { facts, table } from '../output/table.ts'
import { when } from '../output/time.ts'

interface Client {
  readonly client_id: string
  readonly client_name: string
  readonly application?: string
  readonly preset: string
  readonly consent: string
  readonly grant_types: readonly string[]
  readonly redirect_uris: readonly string[]
  readonly token_endpoint_auth_method: string
  readonly service: string | null
  readonly disabled: boolean
  readonly client_secret?: string
  readonly secrets: readonly { readonly prefix: string; readonly expiresAt: string | null }[]
}

interface Described {
  readonly name?: string
  readonly preset?: string
  readonly redirect?: string[]
  readonly logoutRedirect?: string[]
  readonly grant?: string[]
  readonly scope?: string
  readonly auth?: string
  readonly consent?: string
  readonly file?: string
}

const path = (application: string, client = '') =>
  `/applications/${segment(application)}/clients${client && `/${segment(client)}`}`

export function clientsCommand(open: Open): Command {
  const clients = new Command('clients').description('OAuth clients: who may sign people in, or get tokens for itself')

  clients
    .command('list')
    .description('list the clients of an application')
    .argument('<application>')
    .action(async (application: string, _options: object, command: Command) => {
      const { api, show } = open(command)
      const found = await api.all<Client>(path(application))
      show(found, () =>
        table(
          found,
          {
            id: (client) => client.client_id,
            name: (client) => client.client_name,
            preset: (client) => client.preset,
            consent: (client) => client.consent,
            authenticates: (client) => client.token_endpoint_auth_method,
            disabled: (client) => client.disabled,
          },
          `${application} has no clients: holdfast identity clients create ${application} --redirect https://...`,
        ),
      )
    })

  described(
    clients
      .command('register')
      .description(
        'add an application with its first client: holdfast identity clients register "The shop" --redirect URL',
      )
      .argument('<name>'),
  ).action(async (name: string, options: Described, command: Command) => {
    const cli = open(command)
    const made = await cli.api.post<Client & { readonly id: string }>('/applications', {
      ...body(cli, options),
      client_name: name,
    })
    cli.show(made, () => handedOver({ ...made, application: made.id }))
  })

  described(
    clients
      .command('create')
      .description('add a further client to an application')
      .argument('<application>')
      .option('--name <name>', 'how people see it (default: the name of the application)'),
  ).action(async (application: string, options: Described, command: Command) => {
    const cli = open(command)
    const made = await cli.api.post<Client>(path(application), body(cli, options))
    cli.show(made, () => handedOver(made))
  })

  clients
    .command('show')
    .description('show a client')
    .argument('<application>')
    .argument('<client>')
    .action(async (application: string, client: string, _options: object, command: Command) => {
      const { api, show } = open(command)
      const found = await api.get<Client>(path(application, client))
      show(found, () => factsOf(found))
    })

  described(
    clients
      .command('update')
      .description('change a client; what is not named stays')
      .argument('<application>')
      .argument('<client>')
      .option('--name <name>', 'how people see it')
      .option('--disable', 'let it act no longer; its grants and tokens end')
      .option('--enable', 'let it act again'),
  ).action(
    async (
      application: string,
      client: string,
      options: Described & { disable?: boolean; enable?: boolean },
      command: Command,
    ) => {
      const cli = open(command)
      const state = options.disable === true ? { disabled: true } : options.enable === true ? { disabled: false } : {}
      const changed = await cli.api.patch<Client>(path(application, client), { ...body(cli, options), ...state })
      cli.show(changed, () => (changed.client_secret === undefined ? factsOf(changed) : handedOver(changed)))
    },
  )

  clients
    .command('secret')
    .description('make a new secret; the last one holds for a day longer')
    .argument('<application>')
    .argument('<client>')
    .option('--overlap <seconds>', 'how long the last one still holds; 0: not at all', wholeNumber)
    .action(async (application: string, client: string, { overlap }: { overlap?: number }, command: Command) => {
      const { api, show } = open(command)
      const made = await api.post<{ client_secret: string; othersEndAt: string }>(
        `${path(application, client)}/secrets`,
        overlap === undefined ? {} : { overlapSeconds: overlap },
      )
      const told = { client, secret: made.client_secret, 'the last one ends': made.othersEndAt }
      show(made, () => `${facts(told)}The secret is shown this once.\n`)
    })

  clients
    .command('delete')
    .description('delete a client, with its service, grants and tokens')
    .argument('<application>')
    .argument('<client>')
    .option('--yes', 'do not ask')
    .action(async (application: string, client: string, { yes }: { yes?: boolean }, command: Command) => {
      const { api, show, terminal } = open(command)
      await agreed(terminal, `Delete the client ${client}? Everybody who is signed in by it is not any more.`, yes)
      await api.delete(path(application, client))
      show({ deleted: client }, () => `The client ${client} is gone, and its tokens with it.\n`)
    })

  clients
    .command('registration-token')
    .description('make a token with which clients may register themselves (RFC 7591)')
    .argument('<application>')
    .option('--uses <count>', 'how many clients (default: 1)', wholeNumber)
    .option('--seconds <seconds>', 'how long it holds (default: a day)', wholeNumber)
    .action(async (application: string, options: { uses?: number; seconds?: number }, command: Command) => {
      const { api, show } = open(command)
      const at = `/applications/${segment(application)}/registration-tokens`
      const made = await api.post<{ token: string; expiresAt: string }>(at, options)
      show(made, () => `${facts({ token: made.token, ends: when(made.expiresAt) })}The token is shown this once.\n`)
    })

  return clients
}

function described(command: Command): Command {
  return command
    .addOption(
      new Option('--preset <preset>', 'what it is; chooses the defaults').choices([
        'web',
        'spa',
        'native',
        'service',
        'fapi2',
      ]),
    )
    .option('--redirect <uri>', 'where people are sent back to, exactly; may be repeated', collect)
    .option('--logout-redirect <uri>', 'where they are sent after a sign-out; may be repeated', collect)
    .option('--grant <type>', 'a grant type, as "client_credentials"; may be repeated', collect)
    .option('--scope <scopes>', 'what it may ask for, as "openid profile orders:read"')
    .option('--auth <method>', 'how it authenticates, as "private_key_jwt"')
    .addOption(new Option('--consent <consent>', 'whether people are asked first').choices(['skip', 'ask']))
    .option('--file <file>', 'further metadata as JSON (RFC 7591)')
}

function body({ terminal }: Cli, options: Described): Readonly<Record<string, unknown>> {
  const { name, preset, redirect, logoutRedirect, grant, scope, auth, consent, file } = options
  const said = {
    client_name: name,
    preset,
    redirect_uris: redirect,
    post_logout_redirect_uris: logoutRedirect,
    grant_types: grant,
    scope,
    token_endpoint_auth_method: auth,
    consent,
  }
  const given = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined))
  return { ...(file !== undefined && json(resolve(terminal.cwd, file))), ...given }
}

function json(file: string): object {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as object
  } catch (error) {
    const detail = error instanceof SyntaxError ? `${file} is no JSON.` : `${file} cannot be read.`
    throw new Failure({ code: 'file_unreadable', detail })
  }
}

function handedOver(client: Client): string {
  const { client_id: id, client_secret: secret, application } = client
  const told = facts({ application, client: id, ...(secret !== undefined && { secret }) })
  return secret === undefined ? told : `${told}The secret is shown this once.\n`
}

function factsOf(client: Client): string {
  return facts({
    client: client.client_id,
    name: client.client_name,
    preset: client.preset,
    grants: client.grant_types.join(', '),
    redirects: client.redirect_uris.join(', '),
    authenticates: client.token_endpoint_auth_method,
    consent: client.consent,
    service: client.service,
    secrets: client.secrets
      .map(({ prefix, expiresAt }) => `${prefix}...${expiresAt === null ? '' : ` until ${expiresAt}`}`)
      .join(', '),
    disabled: client.disabled,
  })
}
