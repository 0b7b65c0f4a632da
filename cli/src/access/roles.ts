import { Command } from 'commander'
import { segment } from '../api/client.ts'
import type { Open } from '../cli.ts'
import type { In } from './moments.ts'
import { collect } from '../commands/options.ts'
import { table } from '../output/table.ts'
import { rolesFileCommands } from './roles-file.ts'

interface Role {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly parents: readonly string[]
  readonly builtin: boolean
  readonly grants: number
}

const path = (application: string, role = '') =>
  `/applications/${segment(application)}/roles${role && `/${segment(role)}`}`

interface RoleOptions {
  readonly name?: string
  readonly description?: string
  readonly parent?: readonly string[]
}

const body = ({ name, description, parent }: RoleOptions) => ({
  ...(name !== undefined && { name }),
  ...(description !== undefined && { description }),
  ...(parent !== undefined && { parents: parent.filter((each) => each !== 'none') }),
})

export function rolesCommand(open: Open): Command {
  const roles = new Command('roles').description('who may be what: the roles of an application')
  roles
    .command('list')
    .description('list roles, with how often each is granted')
    .option('--application <id>', 'of which application', 'holdfast')
    .action(async ({ application }: In, command: Command) => {
      const { api, show } = open(command)
      const found = await api.all<Role>(path(application))
      show(found, () =>
        table(
          found,
          {
            id: (role) => role.id,
            name: (role) => role.name,
            within: (role) => role.parents.join(', '),
            grants: (role) => role.grants,
            builtin: (role) => role.builtin,
          },
          `${application} has no roles: holdfast access roles create editor --application ${application}`,
        ),
      )
    })

  described(
    roles
      .command('create')
      .description('add a role: holdfast access roles create editor --parent viewer --application shop'),
  ).action(async (id: string, { application, ...options }: RoleOptions & In, command: Command) => {
    const { api, show } = open(command)
    const role = await api.post<Role>(path(application), { id, ...body(options) })
    show(role, () => `Role ${role.id} is there.\n`)
  })

  described(
    roles.command('update').description('change the name or the parents of a role; --parent none takes all away'),
  ).action(async (id: string, { application, ...options }: RoleOptions & In, command: Command) => {
    const { api, show } = open(command)
    const role = await api.patch<Role>(path(application, id), body(options))
    show(
      role,
      () => `Role ${role.id} is ${role.parents.length === 0 ? 'in no other' : `in ${role.parents.join(', ')}`}.\n`,
    )
  })

  roles
    .command('delete')
    .description('delete a role that nobody has')
    .option('--application <id>', 'of which application', 'holdfast')
    .argument('<role>')
    .action(async (id: string, { application }: In, command: Command) => {
      const { api, show } = open(command)
      await api.delete(path(application, id))
      show({ application, role: id }, () => `Role ${id} is gone.\n`)
    })

  for (const each of rolesFileCommands(open)) roles.addCommand(each)
  return roles
}

function described(command: Command): Command {
  return command
    .argument('<role>', 'as policies name it: Role::"editor"')
    .option('--application <id>', 'of which application', 'holdfast')
    .option('--name <name>', 'how people see it')
    .option('--description <text>')
    .option('--parent <role>', 'a role whose rights it has as well; may be repeated', collect)
}
