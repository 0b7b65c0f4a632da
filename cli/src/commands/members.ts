import { Command } from 'commander'
import { type Api, segment } from '../api/client.ts'
import type { Person, Uid } from '../api/types.ts'
import { findService } from '../api/find.ts'
import { findPrincipal } from '../api/uid.ts'
import type { Open } from '../cli.ts'
import { usage } from '../failure.ts'

/** `holdfast groups add` and `holdfast groups remove`: who is in a group. */
export function memberCommands(open: Open): Command[] {
  const change = (name: 'add' | 'remove', description: string) =>
    new Command(name)
      .description(description)
      .argument('<group>')
      .argument('<member>', 'e-mail address of a person, or Service:: with its name or id')
      .action(async (group: string, member: string, _options: object, command: Command) => {
        const { api, show } = open(command)
        const found = await memberOf(api, await findPrincipal(api, member))
        const others = found.groups.filter((id) => id !== group)
        const groups = name === 'add' ? [...others, group] : others
        if (groups.length !== found.groups.length) await api.patch(found.path, { groups })
        show({ member: found.id, groups }, () => {
          const list = groups.length === 0 ? 'no group' : groups.join(', ')
          return `${member} is in ${list} now.\n`
        })
      })
  return [
    change('add', 'put somebody into a group: holdfast groups add support ada@example.com'),
    change('remove', 'take somebody out of a group: holdfast groups remove support ada@example.com'),
  ]
}

interface Member {
  readonly id: string
  readonly path: string
  readonly groups: readonly string[]
}

async function memberOf(api: Api, { type, id }: Uid): Promise<Member> {
  if (type === 'Person') {
    const path = `/people/${segment(id)}`
    return { id, path, groups: (await api.get<Person>(path)).groups }
  }
  if (type !== 'Service') throw usage('People and services are in groups. A group is put into others when it is made.')
  const service = await findService(api, id)
  return { id: service.id, path: `/services/${segment(service.id)}`, groups: service.groups }
}
