import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Command } from 'commander'
import { segment } from '../api/client.ts'
import type { Uid } from '../api/types.ts'
import { parseUid } from '../api/uid.ts'
import type { Open } from '../cli.ts'
import type { In } from './moments.ts'
import { usage } from '../failure.ts'
import { table } from '../output/table.ts'
import { uidText } from './moments.ts'

interface StoredEntity {
  readonly uid: Uid
  readonly attrs: Readonly<Record<string, unknown>>
  readonly parents: readonly Uid[]
}

/** As many as one request takes. */
const atOnce = 5000

const path = (application: string) => `/applications/${segment(application)}/entities`

export function entitiesCommand(open: Open): Command {
  const entities = new Command('entities').description(
    'things that Holdfast itself decides about: folders, teams, documents',
  )
  entities
    .command('list')
    .description('list what is stored')
    .option('--application <id>', 'of which application', 'holdfast')
    .option('--type <type>', 'of one type only')
    .action(async ({ application, type }: { type?: string } & In, command: Command) => {
      const { api, show } = open(command)
      const found = await api.all<StoredEntity>(path(application), type === undefined ? {} : { type })
      show(found, () =>
        table(
          found,
          {
            entity: ({ uid }) => uidText(uid),
            within: ({ parents }) => parents.map(uidText).join(', '),
            attributes: ({ attrs }) => JSON.stringify(attrs),
          },
          `${application} stores nothing.`,
        ),
      )
    })

  entities
    .command('put')
    .description('store entities from a file of Cedar entity JSON; each takes the place of the one of its name')
    .option('--application <id>', 'of which application', 'holdfast')
    .argument('<file>', 'a JSON list of { uid, attrs, parents, tags }')
    .action(async (file: string, { application }: In, command: Command) => {
      const { api, show, terminal } = open(command)
      const list = listIn(readFileSync(resolve(terminal.cwd, file), 'utf8'), file)
      const total = { created: 0, changed: 0 }
      for (let at = 0; at < list.length; at += atOnce) {
        const some = list.slice(at, at + atOnce)
        const { created, changed } = await api.put<typeof total>(path(application), { entities: some })
        total.created += created
        total.changed += changed
      }
      show(total, () => `${total.created} stored, ${total.changed} changed.\n`)
    })

  entities
    .command('delete')
    .description(`delete what is stored: holdfast access entities delete 'Folder::"1"' --application shop`)
    .option('--application <id>', 'of which application', 'holdfast')
    .argument('<uid...>')
    .action(async (uids: string[], { application }: In, command: Command) => {
      const { api, show } = open(command)
      const gone = await api.post<{ deleted: number }>(`${path(application)}/delete`, { uids: uids.map(parseUid) })
      show(gone, () => `${gone.deleted} deleted.\n`)
    })
  return entities
}

function listIn(text: string, file: string): unknown[] {
  try {
    const list: unknown = JSON.parse(text)
    if (Array.isArray(list)) return list as unknown[]
  } catch {
    // Said below.
  }
  throw usage(`${file} is no JSON list of entities.`)
}
