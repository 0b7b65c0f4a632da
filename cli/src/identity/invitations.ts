import { Command } from 'commander'
import { segment } from '../api/client.ts'
import type { Open } from '../cli.ts'
import { collect, wholeNumber } from '../commands/options.ts'
import { table } from '../output/table.ts'
import { when } from '../output/time.ts'

interface Invitation {
  readonly id: string
  readonly email: string
  readonly groups: readonly string[]
  readonly state: string
  readonly expiresAt: string
}

interface CreateOptions {
  readonly group?: readonly string[]
  readonly days?: number
  readonly application?: string
}

const path = '/invitations'

/** People who are invited by mail, and choose themselves how they sign in. */
export function invitationsCommand(open: Open): Command {
  const invitations = new Command('invitations').description('invite people by mail')

  invitations
    .command('create')
    .description('invite an address: holdfast identity invitations create ada@example.com --group editors')
    .argument('<address>')
    .option('--group <group>', 'a group that they will be in; may be repeated', collect)
    .option('--days <number>', 'how long it holds', wholeNumber)
    .option('--application <id>', 'where they will be going')
    .action(async (email: string, { group, days, application }: CreateOptions, command: Command) => {
      const { api, show } = open(command)
      const expiresIn = days === undefined ? undefined : days * 86_400
      const made = await api.post<Invitation>(path, { email, groups: group ?? [], expiresIn, application })
      show(made, () => `${made.email} is invited, until ${when(made.expiresAt)}. The link is in the letter alone.\n`)
    })

  invitations
    .command('list')
    .description('list invitations, the newest first')
    .action(async (_options: object, command: Command) => {
      const { api, show } = open(command)
      const found = await api.all<Invitation>(path)
      show(found, () => list(found))
    })

  invitations
    .command('resend')
    .description('send one again, with a new link; the old one holds no more')
    .argument('<id>')
    .action(async (id: string, _options: object, command: Command) => {
      const { api, show } = open(command)
      const sent = await api.post<Invitation>(`${path}/${segment(id)}/resend`)
      show(sent, () => `Sent to ${sent.email} again; it holds until ${when(sent.expiresAt)}.\n`)
    })

  invitations
    .command('revoke')
    .description('take one back')
    .argument('<id>')
    .action(async (id: string, _options: object, command: Command) => {
      const { api, show } = open(command)
      await api.delete(`${path}/${segment(id)}`)
      show({ id }, () => 'The invitation holds no more.\n')
    })

  return invitations
}

function list(all: readonly Invitation[]): string {
  return table(
    all,
    {
      address: ({ email }) => email,
      state: ({ state }) => state,
      groups: ({ groups }) => groups.join(', '),
      until: ({ expiresAt }) => when(expiresAt),
      id: ({ id }) => id,
    },
    'Nobody was invited: holdfast identity invitations create ADDRESS',
  )
}
