import { Command } from 'commander'
import { segment } from '../api/client.ts'
import type { Group } from '../api/types.ts'
import type { Open } from '../cli.ts'
import { table } from '../output/table.ts'
import { memberCommands } from './members.ts'
import { collect } from './options.ts'

export function groupsCommand(open: Open): Command {
  const groups = new Command('groups').description('groups of people and services')

  groups
    .command('list')
    .description('list groups')
    .action(async (_options: object, command: Command) => {
      const { api, show } = open(command)
      const found = await api.all<Group>('/groups')
      show(found, () =>
        table(
          found,
          {
            id: (group) => group.id,
            name: (group) => group.name,
            within: (group) => group.parents.join(', '),
            members: (group) => group.members,
          },
          'There are no groups: holdfast groups create support --name Support',
        ),
      )
    })

  groups
    .command('create')
    .description('add a group: holdfast groups create support --name "Support staff"')
    .argument('<id>', 'lower-case letters, digits and dashes')
    .requiredOption('--name <name>', 'how people see it')
    .option('--parent <id>', 'a group that it belongs to; may be repeated', collect)
    .action(async (id: string, options: { name: string; parent?: string[] }, command: Command) => {
      const { api, show } = open(command)
      const group = await api.post<Group>('/groups', {
        id,
        name: options.name,
        ...(options.parent !== undefined && { parents: options.parent }),
      })
      show(group, () => `Group ${group.id} is there.\n`)
    })

  groups
    .command('delete')
    .description('delete a group; its members stay')
    .argument('<id>')
    .action(async (id: string, _options: object, command: Command) => {
      const { api, show } = open(command)
      await api.delete(`/groups/${segment(id)}`)
      show({ id }, () => `Group ${id} is gone.\n`)
    })

  for (const command of memberCommands(open)) groups.addCommand(command)
  return groups
}
