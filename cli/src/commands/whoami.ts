import { Command } from 'commander'
import type { Me } from '../api/types.ts'
import type { Open } from '../cli.ts'
import { facts } from '../output/table.ts'

export function whoamiCommand(open: Open): Command {
  return new Command('whoami')
    .description('whose token this is, and what it may do')
    .action(async (_options: object, command: Command) => {
      const { api, show } = open(command)
      const me = await api.get<Me>('/me')
      show(me, () =>
        facts({
          principal: `${me.principal.type}::"${me.principal.id}"`,
          name: me.name,
          groups: me.groups.join(', '),
          may: me.actions.join(', '),
          installation: `${me.installation.name} ${me.installation.version} at ${me.installation.publicUrl}`,
        }),
      )
    })
}
