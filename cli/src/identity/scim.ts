import { Command } from 'commander'
import { type Api, segment } from '../api/client.ts'
import { findPerson } from '../api/find.ts'
import type { NewKey } from '../api/types.ts'
import { ApiProblem } from '../api/problem.ts'
import type { Open } from '../cli.ts'
import { Failure } from '../failure.ts'
import { facts, table } from '../output/table.ts'
import { when } from '../output/time.ts'

interface Connection {
  readonly id: string
  readonly name: string
  readonly url: string
  readonly createdAt: string
  readonly lastUsedAt: string | null
  readonly people: number
  readonly groups: readonly { readonly id: string; readonly made: boolean; readonly power: boolean }[]
}

const connections = '/scim/connections'

/** Which directory of elsewhere (Entra ID, Okta, ...) keeps which people and groups here. */
export function scimCommand(open: Open): Command {
  const scim = new Command('scim').description('people and groups that another directory keeps here (SCIM 2.0)')

  scim
    .command('create')
    .description('let a directory provision: holdfast identity scim create "Entra ID"')
    .argument('<name>')
    .action(async (name: string, _options: object, command: Command) => {
      const { api, show } = open(command)
      const made = await api.post<NewKey & { readonly connection: Connection }>(connections, { name })
      const { url, id } = made.connection
      show(made, () => `${facts({ 'tenant URL': url, token: made.key, id })}The token is shown this once.\n`)
    })

  scim
    .command('list')
    .description('list the directories that provision, and what they keep')
    .action(async (_options: object, command: Command) => {
      const { api, show } = open(command)
      const found = await api.all<Connection>(connections)
      show(found, () => list(found))
    })

  scim
    .command('allow')
    .description('let a directory change who is in a group that was made here: ... allow "Entra ID" sales')
    .argument('<connection>', 'name or id')
    .argument('<group>')
    .option('--power', 'though whoever is in the group has power over Holdfast itself')
    .action(async (name: string, group: string, options: { power?: boolean }, command: Command) => {
      const { api, show } = open(command)
      const path = await pathOf(api, name, `groups/${segment(group)}`)
      const connection = await api.put<Connection>(path, { power: options.power === true }).catch(inOurWords)
      show(connection, () => `${connection.name} may change who is in ${group}.\n`)
    })

  scim
    .command('disallow')
    .description('let it no longer; who is in the group stays')
    .argument('<connection>', 'name or id')
    .argument('<group>')
    .action(async (name: string, group: string, _options: object, command: Command) => {
      const { api, show } = open(command)
      await api.delete(await pathOf(api, name, `groups/${segment(group)}`))
      show({ group }, () => `${name} may no longer change who is in ${group}.\n`)
    })

  scim
    .command('hand-over')
    .description('let a directory keep somebody who was made here: name, address, whether they may sign in')
    .argument('<connection>', 'name or id')
    .argument('<person>', 'e-mail address or id')
    .action(async (name: string, person: string, _options: object, command: Command) => {
      const { api, show } = open(command)
      const { id } = await findPerson(api, person)
      const connection = await api.put<Connection>(await pathOf(api, name, `people/${segment(id)}`), undefined)
      show(connection, () => `${connection.name} keeps ${person} now.\n`)
    })

  scim
    .command('release')
    .description('take somebody back from a directory; the account stays as it is')
    .argument('<connection>', 'name or id')
    .argument('<person>', 'e-mail address or id')
    .action(async (name: string, person: string, _options: object, command: Command) => {
      const { api, show } = open(command)
      const { id } = await findPerson(api, person)
      await api.delete(await pathOf(api, name, `people/${segment(id)}`))
      show({ person: id }, () => `${person} is kept here again.\n`)
    })

  return scim
}

/** The server speaks of members of its bodies, and the user of this command has options. */
function inOurWords(error: unknown): never {
  if (!(error instanceof ApiProblem) || error.problem.code !== 'scim_group_powerful') throw error
  throw new Failure({ ...error.parts, detail: error.parts.detail.replace('`power: true`', '--power') })
}

async function pathOf(api: Api, name: string, rest: string): Promise<string> {
  const all = await api.all<Connection>(connections)
  const found = all.find((each) => each.id === name || each.name === name)
  if (found === undefined) {
    throw new Failure({
      code: 'not_found',
      detail: `No directory ${name} provisions here.`,
      mend: '"holdfast identity scim list" shows all.',
    })
  }
  return `${connections}/${segment(found.id)}/${rest}`
}

function list(all: readonly Connection[]): string {
  return table(
    all,
    {
      name: (each) => each.name,
      people: (each) => each.people,
      groups: (each) => each.groups.map(({ id }) => id).join(', '),
      'last used': (each) => when(each.lastUsedAt),
      id: (each) => each.id,
    },
    'No directory provisions here: holdfast identity scim create "Entra ID"',
  )
}
