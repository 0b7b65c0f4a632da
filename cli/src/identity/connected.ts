import { Command } from 'commander'
import { segment } from '../api/client.ts'
import { findPerson } from '../api/find.ts'
import type { Open } from '../cli.ts'
import { table } from '../output/table.ts'
import { when } from '../output/time.ts'

interface ConnectedClient {
  readonly client: string
  readonly name: string
  readonly scopes: readonly string[]
  readonly consentedAt: string | null
  readonly lastAuthorizedAt: string | null
  readonly offline: boolean
}

/** Which OAuth clients act for whom. */
export function connectedCommand(open: Open): Command {
  const connected = new Command('connected').description('OAuth clients that act for a person')

  connected
    .command('list')
    .description('what acts for somebody now, or may without asking again')
    .argument('<person>', 'e-mail address or id')
    .action(async (person: string, _options: object, command: Command) => {
      const { api, show } = open(command)
      const { id } = await findPerson(api, person)
      const found = await api.all<ConnectedClient>(`/people/${segment(id)}/clients`)
      show(found, () => list(found))
    })

  connected
    .command('end')
    .description('end all access of a client to somebody, and forget what they allowed it')
    .argument('<person>', 'e-mail address or id')
    .argument('<client>')
    .action(async (person: string, client: string, _options: object, command: Command) => {
      const { api, show } = open(command)
      const { id } = await findPerson(api, person)
      const ended = await api.delete<{ readonly grants: number }>(`/people/${segment(id)}/clients/${segment(client)}`)
      show(ended, () => `${client} acts for ${person} no longer: ${ended.grants} grants ended, with their tokens.\n`)
    })

  return connected
}

function list(found: readonly ConnectedClient[]): string {
  return table(
    found,
    {
      client: ({ client }) => client,
      name: ({ name }) => name,
      may: ({ scopes }) => scopes.join(' '),
      'last sign-in': ({ lastAuthorizedAt }) => when(lastAuthorizedAt),
      offline: ({ offline }) => offline,
    },
    'No client acts for this person.',
  )
}
