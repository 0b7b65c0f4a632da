import { spawn } from 'node:child_process'
import { Command } from 'commander'
import { Api } from '../api/client.ts'
import { ApiProblem } from '../api/problem.ts'
import type { Me } from '../api/types.ts'
import type { Open } from '../cli.ts'
import { usage } from '../failure.ts'
import { sendForm } from '../login/endpoints.ts'
import { keepLogin, keptLogin } from '../login/kept.ts'
import { signInByBrowser } from '../login/web.ts'

const ownClient = 'holdfast-cli'

interface Options {
  readonly web?: true
  readonly setUp?: true
  readonly client: string
  readonly tenant?: string
  readonly open: boolean
}

export function loginCommand(open: Open): Command {
  return new Command('login')
    .description('sign in as yourself, at your browser: with a passkey too. Commands act as you until you log out')
    .option('--web', 'at the browser of this computer, which comes back to this command')
    .option('--set-up', 'once, by an operator: register the client by which people sign in so')
    .option('--client <id>', 'the client', ownClient)
    .option('--tenant <slug>', 'another tenant than the first one')
    .option('--no-open', 'only print the address, do not open it')
    .action(async (options: Options, command: Command) => {
      const { api, show, terminal } = open(command)
      const { url } = api.connection
      const resource = apiOf(options.tenant)
      if (options.setUp === true)
        return show(await setUp(api, options.client, resource), () => `${options.client} is registered.\n`)
      if (options.web !== true) throw usage('Say how.', 'holdfast login --web')
      const login = await signInByBrowser({ url, client: options.client, resource }, (address) => {
        terminal.error(`Open this address in a browser on this computer, and sign in:\n${address}\n`)
        if (options.open && terminal.interactive) openInBrowser(address)
      })
      keepLogin(terminal, url, login)
      const me = await new Api({ url, token: login.access }).get<Me>('/me')
      show(me, () => `Signed in to ${url} as ${me.name}. "holdfast logout" ends it.\n`)
    })
}

export function logoutCommand(open: Open): Command {
  return new Command('logout')
    .description('end the sign-in of "holdfast login"')
    .action(async (_: object, command: Command) => {
      const { api, show, terminal } = open(command)
      const { url } = api.connection
      const login = keptLogin(terminal, url)
      if (login === undefined) return show({ ended: false }, () => `Nobody is signed in to ${url} here.\n`)
      keepLogin(terminal, url, undefined)
      const { refresh, client, revocationEndpoint } = login
      if (refresh !== null)
        await sendForm(revocationEndpoint, { token: refresh, client_id: client }).catch(() => undefined)
      show({ ended: true }, () => `Signed out of ${url}.\n`)
    })
}

/** What tokens for the management API are for: see docs/guide/applications-and-clients.md. */
function apiOf(tenant: string | undefined): string {
  return tenant === undefined
    ? 'urn:holdfast:application:holdfast'
    : `urn:holdfast:tenant:${tenant}:application:holdfast`
}

/** A public native client that asks people each time, and may be nothing but whoever said yes. */
async function setUp(api: Api, client: string, resource: string): Promise<object> {
  const asked = api.post<object>('/applications', {
    id: client,
    client_name: 'Holdfast on the command line',
    preset: 'native',
    redirect_uris: ['http://127.0.0.1/callback'],
    resources: [{ identifier: resource, scopes: ['manage'] }],
  })
  return asked.catch((error: unknown) => {
    if (error instanceof ApiProblem && error.problem.code === 'application_exists') return { id: client }
    throw error
  })
}

/** Where there is a desktop; where there is none the address was printed. */
function openInBrowser(address: string): void {
  const [program = '', ...words] =
    process.platform === 'darwin'
      ? ['open']
      : process.platform === 'win32'
        ? ['rundll32', 'url.dll,FileProtocolHandler']
        : ['xdg-open']
  const child = spawn(program, [...words, address], { stdio: 'ignore', detached: true })
  child.on('error', () => {})
  child.unref()
}
