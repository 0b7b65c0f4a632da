import { Command } from 'commander'
import { segment } from '../api/client.ts'
import type { Uid } from '../api/types.ts'
import { findPrincipal, parseUid } from '../api/uid.ts'
import type { Cli, Open } from '../cli.ts'
import { usage } from '../failure.ts'
import { table } from '../output/table.ts'
import { when } from '../output/time.ts'
import { type In, moment, momentOptions, momentQuery, type Moments, uidText } from './moments.ts'

export interface Grant {
  readonly id: string
  readonly version: number
  readonly principal: Uid
  readonly role: string | null
  readonly template: string | null
  readonly resource: Uid | null
  readonly validFrom: string
  readonly validTo: string | null
  readonly inForce: boolean
  readonly source: string
  readonly reason: string | null
  readonly recordedFrom: string
  readonly recordedTo: string | null
  readonly recordedBy: Uid | null
}

const path = (application: string, grant = '') =>
  `/applications/${segment(application)}/grants${grant && `/${segment(grant)}`}`

const given = ({ role, template, resource }: Grant) =>
  role === null ? `${template}${resource === null ? '' : ` on ${uidText(resource)}`}` : `role ${role}`

const columns = {
  id: (grant: Grant) => grant.id,
  principal: (grant: Grant) => uidText(grant.principal),
  gives: given,
  from: (grant: Grant) => when(grant.validFrom),
  until: (grant: Grant) => when(grant.validTo),
  'in force': (grant: Grant) => grant.inForce,
  source: (grant: Grant) => grant.source,
  reason: (grant: Grant) => grant.reason,
}

export function grantsCommand(open: Open): Command {
  const grants = new Command('grants').description('who was given which role, or what a template permits')
  list(grants, open)
  give(grants, open)
  change(grants, open)
  return grants
}

function list(grants: Command, open: Open): void {
  interface Options extends Moments {
    readonly principal?: string
    readonly role?: string
    readonly template?: string
    readonly resource?: string
    readonly all?: boolean
  }
  momentOptions(
    grants
      .command('list')
      .description(
        'list grants, now or as it was: holdfast access grants list --application shop --role editor --at 2026-03-01',
      )
      .option('--application <id>', 'of which application', 'holdfast')
      .option('--principal <who>', 'e-mail address, or a uid')
      .option('--role <role>')
      .option('--template <policy>')
      .option('--resource <uid>')
      .option('--all', 'those that are over as well'),
  ).action(async ({ application, ...options }: Options & In, command: Command) => {
    const { api, show } = open(command)
    const found = await api.all<Grant>(path(application), {
      ...(options.principal !== undefined && { principal: uidText(await findPrincipal(api, options.principal)) }),
      ...(options.role !== undefined && { role: options.role }),
      ...(options.template !== undefined && { template: options.template }),
      ...(options.resource !== undefined && { resource: uidText(parseUid(options.resource)) }),
      ...(options.all === true && { all: 'true' }),
      ...momentQuery(options),
    })
    show(found, () => table(found, columns, 'No such grants.'))
  })

  grants
    .command('show')
    .description('print a grant with all that was ever said of it')
    .option('--application <id>', 'of which application', 'holdfast')
    .argument('<grant>')
    .action(async (id: string, { application }: In, command: Command) => {
      const { api, show } = open(command)
      const { versions } = await api.get<{ versions: Grant[] }>(path(application, id))
      show(versions, () =>
        table(
          versions,
          {
            version: (grant) => grant.version,
            principal: columns.principal,
            gives: given,
            from: columns.from,
            until: columns.until,
            recorded: (grant) => when(grant.recordedFrom),
            'believed until': (grant) => when(grant.recordedTo),
            by: (grant) => grant.recordedBy && uidText(grant.recordedBy),
            reason: columns.reason,
          },
          'Nothing was said of it.',
        ),
      )
    })
}

function give(grants: Command, open: Open): void {
  interface Options {
    readonly role?: string
    readonly template?: string
    readonly resource?: string
    readonly from?: string
    readonly until?: string
    readonly reason: string
  }
  grants
    .command('give')
    .description(
      'give somebody a role: holdfast access grants give ada@example.com --application shop --role editor --reason "new in the team"',
    )
    .option('--application <id>', 'of which application', 'holdfast')
    .argument('<principal>', 'e-mail address, or a uid like Group::support')
    .option('--role <role>')
    .option('--template <policy>', 'instead of a role: a policy with slots')
    .option('--resource <uid>', "what fills the template's ?resource")
    .option('--from <time>', 'from then on (default: now); in the past: it has held since then', moment)
    .option('--until <time>', 'no longer then (default: without end)', moment)
    .requiredOption('--reason <text>', 'why')
    .action(async (principal: string, { application, ...options }: Options & In, command: Command) => {
      const { api, show } = open(command)
      if ((options.role === undefined) === (options.template === undefined)) {
        throw usage('A grant gives a role or fills a template.', 'Name one of --role and --template.')
      }
      const grant = await api.post<Grant>(path(application), {
        principal: await findPrincipal(api, principal),
        reason: options.reason,
        ...(options.role !== undefined && { role: options.role }),
        ...(options.template !== undefined && { template: options.template }),
        ...(options.resource !== undefined && { resource: parseUid(options.resource) }),
        ...(options.from !== undefined && { validFrom: options.from }),
        ...(options.until !== undefined && { validTo: options.until }),
      })
      show(grant, () => told(grant))
    })
}

function change(grants: Command, open: Open): void {
  grants
    .command('end')
    .description('end a grant, now or at a time')
    .option('--application <id>', 'of which application', 'holdfast')
    .argument('<grant>')
    .option('--at <time>', 'then (default: now)', moment)
    .requiredOption('--reason <text>', 'why')
    .action(async (id: string, { application, ...options }: { at?: string; reason: string } & In, command: Command) => {
      const { api, show } = open(command)
      const grant = await api.post<Grant>(`${path(application, id)}/end`, options)
      show(grant, () => told(grant))
    })

  grants
    .command('correct')
    .description('say that a grant holds, or held, for another time; what was said before stays on record')
    .option('--application <id>', 'of which application', 'holdfast')
    .argument('<grant>')
    .option('--from <time>', 'it holds, or held, from then on', moment)
    .option('--until <time>', 'and no longer then; "never" is without end')
    .requiredOption('--reason <text>', 'why')
    .action(
      async (
        id: string,
        { application, ...options }: { from?: string; until?: string; reason: string } & In,
        command: Command,
      ) => {
        const { api, show }: Cli = open(command)
        const grant = await api.patch<Grant>(path(application, id), {
          reason: options.reason,
          ...(options.from !== undefined && { validFrom: options.from }),
          ...(options.until !== undefined && { validTo: options.until === 'never' ? null : moment(options.until) }),
        })
        show(grant, () => told(grant))
      },
    )
}

function told(grant: Grant): string {
  const until = grant.validTo === null ? 'without end' : `until ${when(grant.validTo)}`
  return `Grant ${grant.id} (version ${grant.version}): ${uidText(grant.principal)} has ${given(grant)} from ${when(grant.validFrom)} ${until}.\n`
}
