import { Command } from 'commander'
import { segment } from '../api/client.ts'
import type { Open } from '../cli.ts'
import { table } from '../output/table.ts'
import { when } from '../output/time.ts'
import { collect } from './options.ts'
import { deleteTenantCommand } from './tenants-delete.ts'

interface Tenant {
  readonly slug: string
  readonly name: string
  readonly hosts: readonly string[]
  readonly state: string
  readonly first: boolean
}

interface Invited {
  readonly link: string
  readonly expiresAt: string
}

const path = '/tenants'

/** Isolated organisations in one installation; for operators of the first one. */
export function tenantsCommand(open: Open): Command {
  const tenants = new Command('tenants').description('isolated organisations in this installation')

  tenants
    .command('create')
    .description('make a tenant and invite its first operator: holdfast tenants create acme --admin ada@acme.example')
    .argument('<slug>', 'its short name, in addresses; it is never changed')
    .requiredOption('--admin <address>', 'who is invited to be its first operator')
    .option('--name <name>', 'how people call it')
    .option('--host <host>', 'a name of the control plane that leads to it; may be repeated', collect)
    .action(
      async (slug: string, given: { admin: string; name?: string; host?: readonly string[] }, command: Command) => {
        const { api, show } = open(command)
        const { admin, name = slug, host: hosts = [] } = given
        const made = await api.post<Tenant & { invitation: Invited }>(path, {
          slug,
          name,
          hosts,
          admin: { email: admin },
        })
        show(made, () => `The tenant ${made.slug} is there.\n${invited(admin, made.invitation)}`)
      },
    )

  tenants
    .command('list')
    .description('list the tenants')
    .action(async (_options: object, command: Command) => {
      const { api, show } = open(command)
      const found = await api.all<Tenant>(path)
      show(found, () => list(found))
    })

  tenants
    .command('update')
    .description('rename a tenant, or say by which hosts people come to it')
    .argument('<slug>')
    .option('--name <name>')
    .option('--host <host>', 'replaces the ones that it has; may be repeated', collect)
    .action(async (slug: string, given: { name?: string; host?: readonly string[] }, command: Command) => {
      const { api, show } = open(command)
      const changed = await api.patch<Tenant>(`${path}/${segment(slug)}`, { name: given.name, hosts: given.host })
      show(changed, () => list([changed]))
    })

  tenants
    .command('suspend')
    .description('end every session and token of a tenant, and answer nothing of it any more')
    .argument('<slug>')
    .requiredOption('--reason <text>', 'why; it is recorded')
    .action(async (slug: string, { reason }: { reason: string }, command: Command) => {
      const { api, show } = open(command)
      const changed = await api.post<Tenant>(`${path}/${segment(slug)}/suspend`, { reason })
      show(changed, () => `${changed.slug} is suspended.\n`)
    })

  tenants
    .command('resume')
    .description('let a suspended tenant go on')
    .argument('<slug>')
    .action(async (slug: string, _options: object, command: Command) => {
      const { api, show } = open(command)
      const changed = await api.post<Tenant>(`${path}/${segment(slug)}/resume`)
      show(changed, () => `${changed.slug} goes on. Everybody has to sign in again.\n`)
    })

  tenants
    .command('invite')
    .description('invite somebody to be an operator of a tenant that has none left')
    .argument('<slug>')
    .argument('<address>')
    .action(async (slug: string, email: string, _options: object, command: Command) => {
      const { api, show } = open(command)
      const made = await api.post<Invited>(`${path}/${segment(slug)}/operators`, { email })
      show(made, () => invited(email, made))
    })

  tenants.addCommand(deleteTenantCommand(open))
  return tenants
}

function invited(address: string, { link, expiresAt }: Invited): string {
  return `${address} is invited by mail, until ${when(expiresAt)}. The link, which is shown this once:\n${link}\n`
}

function list(all: readonly Tenant[]): string {
  return table(
    all,
    {
      slug: ({ slug }) => slug,
      name: ({ name }) => name,
      state: ({ state, first }) => (first ? `${state}, the first one` : state),
      hosts: ({ hosts }) => hosts.join(', '),
    },
    'There are no tenants.',
  )
}
