import { Command } from 'commander'
import { segment, type Api } from '../api/client.ts'
import { unless } from '../api/ensure.ts'
import type { Application, Service, Session } from '../api/types.ts'
import type { Open } from '../cli.ts'
import { Failure } from '../failure.ts'
import { count } from '../output/count.ts'
import { printable } from '../output/printable.ts'
import { agreed } from './agree.ts'

export function deleteApplicationCommand(open: Open): Command {
  return new Command('delete')
    .description('delete an application with its policies; says first whom that hits')
    .argument('<id>')
    .option('-y, --yes', 'delete without asking')
    .action(async (id: string, { yes }: { yes?: boolean }, command: Command) => {
      const { api, show, terminal } = open(command)
      const path = `/applications/${segment(id)}`
      const application = await api.get<Application>(path)
      await assertUnbound(api, id)
      // On stderr, as the question is: stdout is for the answer.
      terminal.error(await whomItHits(api, application))
      await agreed(terminal, `Delete ${id}?`, yes)
      await api.delete(path)
      show({ id, deleted: true }, () => `Application ${id} is gone, and its policies with it.\n`)
    })
}

/** The control plane refuses as well; here it is told with the names, and before anybody is asked. */
async function assertUnbound(api: Api, application: string): Promise<void> {
  const services = (await unless(403, api.all<Service>('/services'))) ?? []
  const bound = services.filter((service) => service.application === application)
  if (bound.length === 0) return
  throw new Failure({
    code: 'application_in_use',
    detail: `${count(bound.length, 'service')} may speak for ${application}, and would again if it were made anew.`,
    lines: bound.map(({ name, id }) => `${name}  ${id}`),
    mend: 'Delete them first, with "holdfast services delete SERVICE".',
  })
}

async function whomItHits(api: Api, { id, name, hosts, policies }: Application): Promise<string> {
  const sessions = await unless(403, api.all<Session>('/sessions'))
  const people = new Set(sessions?.filter(({ application }) => application === id).map(({ person }) => person.id))
  const lines = [
    `${name} (${id}):`,
    `  ${count(policies, 'policy', 'policies')} will be gone`,
    ...(hosts.length > 0 ? [`  the gateway will refuse every request to ${hosts.join(', ')}`] : []),
    sessions === undefined
      ? '  who is signed in there cannot be seen with this token'
      : `  ${people.size === 1 ? '1 person is' : `${people.size} people are`} signed in there`,
  ]
  return lines.map((line) => `${printable(line)}\n`).join('')
}
