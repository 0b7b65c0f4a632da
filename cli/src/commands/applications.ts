import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Command } from 'commander'
import { segment } from '../api/client.ts'
import type { Application } from '../api/types.ts'
import type { Open } from '../cli.ts'
import { applicationFacts } from '../output/application.ts'
import { table } from '../output/table.ts'
import { when } from '../output/time.ts'
import { deleteApplicationCommand } from './delete-application.ts'
import { collect } from './options.ts'
import { pointed } from './source.ts'
import { updateApplicationCommand } from './update-application.ts'

interface NewApplication {
  readonly name?: string
  readonly host?: string[]
  readonly upstream?: string[]
  readonly publicPath?: string[]
  readonly schema?: string
}

export function applicationsCommand(open: Open): Command {
  const applications = new Command('applications').description('the backends that Holdfast guards')

  applications
    .command('list')
    .description('list applications')
    .action(async (_options: object, command: Command) => {
      const { api, show } = open(command)
      const found = await api.all<Application>('/applications')
      show(found, () =>
        table(
          found,
          {
            id: (application) => application.id,
            name: (application) => application.name,
            hosts: (application) => application.hosts.join(', '),
            policies: (application) => application.policies,
            epoch: (application) => application.epoch,
            edges: (application) => application.edges.length,
          },
          'There are no applications: holdfast applications create shop --name "The shop"',
        ),
      )
    })

  applications
    .command('create')
    .description('add an application: holdfast applications create shop --host shop.localhost:7480 --upstream URL')
    .argument('<id>', 'a lower-case letter, then letters, digits and dashes')
    .option('--name <name>', 'how people see it (default: its id)')
    .option('--host <host>', 'a host under which the gateway serves it; may be repeated', collect)
    .option('--upstream <url>', 'where the gateway finds it; may be repeated', collect)
    .option('--public-path <path>', 'a path that needs no sign-in, as "/products*"; may be repeated', collect)
    .option('--schema <file>', 'its Cedar schema (default: one of HTTP methods on paths)')
    .action(async (id: string, options: NewApplication, command: Command) => {
      const { api, show, terminal } = open(command)
      const { name = id, host, upstream, publicPath, schema: file } = options
      const schema = file === undefined ? undefined : readFileSync(resolve(terminal.cwd, file), 'utf8')
      const application = await api
        .post<Application>('/applications', { id, name, hosts: host, upstream, publicPaths: publicPath, schema })
        .catch((error: unknown) => {
          throw pointed(error, { text: schema ?? '', file: file ?? 'schema', kind: 'schema' })
        })
      show(application, () => described(application))
    })

  applications
    .command('show')
    .description('show an application and the edges that guard it')
    .argument('<id>')
    .action(async (id: string, _options: object, command: Command) => {
      const { api, show } = open(command)
      const application = await api.get<Application>(`/applications/${segment(id)}`)
      show(application, () => described(application))
    })

  applications.addCommand(updateApplicationCommand(open))
  applications.addCommand(deleteApplicationCommand(open))
  return applications
}

function described(application: Application): string {
  const edges = table(
    application.edges,
    {
      edge: (edge) => edge.service,
      kind: (edge) => edge.kind,
      epoch: (edge) => edge.epoch,
      seen: (edge) => when(edge.lastSeenAt),
    },
    'No edge has asked for its policies yet.',
  )
  return `${applicationFacts(application)}\n${edges}`
}
