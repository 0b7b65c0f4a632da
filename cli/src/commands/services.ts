import { resolve } from 'node:path'
import { Command } from 'commander'
import { segment, type Api } from '../api/client.ts'
import { findService } from '../api/find.ts'
import type { NewKey, NewService, Service } from '../api/types.ts'
import type { Cli, Open } from '../cli.ts'
import { facts, table } from '../output/table.ts'
import { when } from '../output/time.ts'
import { collect } from './options.ts'
import { writeCredentials } from '../api/credentials-file.ts'

const out = ['--out <file>', 'write the credentials file that SDK and gateway read, mode 0600'] as const

export function servicesCommand(open: Open): Command {
  const services = new Command('services').description('machine accounts: applications, gateways, scripts')

  services
    .command('list')
    .description('list services and their keys')
    .action(async (_options: object, command: Command) => {
      const { api, show } = open(command)
      const found = await api.all<Service>('/services')
      show(found, () => list(found))
    })

  services
    .command('create')
    .description('add a service: holdfast services create shop --application shop --out .holdfast/credentials.json')
    .argument('<name>')
    .option('--application <id>', 'the one application that it may serve')
    .option('--group <id>', 'a group that it belongs to, as "gateways"; may be repeated', collect)
    .option(...out)
    .action(
      async (name: string, options: { application?: string; group?: string[]; out?: string }, command: Command) => {
        const cli = open(command)
        const made = await cli.api.post<NewService>('/services', {
          name,
          ...(options.application !== undefined && { application: options.application }),
          ...(options.group !== undefined && { groups: options.group }),
        })
        handOver(cli, made.service, made, options.out)
      },
    )

  services
    .command('rotate')
    .description('give a service a new key and end its old ones: holdfast services rotate shop --out FILE')
    .argument('<service>', 'name or id')
    .option('--keep', 'leave the old keys valid, to change over without a gap')
    .option(...out)
    .action(async (name: string, options: { keep?: boolean; out?: string }, command: Command) => {
      const cli = open(command)
      const service = await findService(cli.api, name)
      const made = await cli.api.post<NewKey>(`/services/${segment(service.id)}/keys`)
      handOver(cli, service, made, options.out) // before the old ones end: whoever loses this one still has those
      if (options.keep !== true) await endKeys(cli.api, service)
    })

  services
    .command('delete')
    .description('delete a service; its keys are dead with the same act')
    .argument('<service>', 'name or id')
    .action(async (name: string, _options: object, command: Command) => {
      const { api, show } = open(command)
      const service = await findService(api, name)
      await api.delete(`/services/${segment(service.id)}`)
      show(service, () => `Service ${service.name} is gone, and its keys with it.\n`)
    })

  return services
}

async function endKeys(api: Api, { id, keys }: Service): Promise<void> {
  for (const key of keys) await api.delete(`/services/${segment(id)}/keys/${segment(key.id)}`)
}

function handOver(cli: Cli, service: Service, { key, trust }: NewKey, file: string | undefined): void {
  const { name, id, application } = service
  if (file === undefined) {
    cli.show({ service, key, trust }, () => facts({ service: name, id, key }) + 'The key is shown this once.\n')
    return
  }
  const path = resolve(cli.terminal.cwd, file)
  writeCredentials(path, { url: cli.api.connection.url, application, token: key, trust })
  cli.show({ service, file: path }, () => facts({ service: name, id, credentials: path }))
}

function list(services: readonly Service[]): string {
  return table(
    services,
    {
      name: (service) => service.name,
      application: (service) => service.application,
      groups: (service) => service.groups.join(', '),
      keys: (service) => service.keys.map((key) => key.prefix).join(', '),
      'last used': (service) => when(service.lastUsedAt),
      id: (service) => service.id,
    },
    'There are no services: holdfast services create shop --application shop --out .holdfast/credentials.json',
  )
}
