import { randomUUID } from 'node:crypto'
import { renameSync, statSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { Argument, Command } from 'commander'
import { ensureCredentials } from '../api/service-credentials.ts'
import type { Me } from '../api/types.ts'
import type { Cli, Open } from '../cli.ts'
import { commandName } from '../init/command-name.ts'
import { unified } from '../init/diff.ts'
import type { Framework } from '../init/find.ts'
import { plan, type Change } from '../init/plan.ts'
import { readProject, slug, type Project } from '../init/project.ts'
import { ensureApplication } from '../init/register.ts'
import { agreed } from './agree.ts'

interface InitOptions {
  readonly application?: string
  readonly entry?: string
  readonly directory?: string
  readonly yes?: boolean
  readonly dryRun?: boolean
}

/** @param version of this command, and so of the SDK that it adds */
export function initCommand(open: Open, version: string): Command {
  return new Command('init')
    .description('guard a backend of your own: holdfast init express')
    .addArgument(new Argument('<framework>').choices(['express', 'hono']))
    .option('--application <id>', 'its id at Holdfast (default: the name in package.json)')
    .option('--entry <file>', 'the file that makes the application')
    .option('--directory <path>', 'the project (default: this directory)')
    .option('-y, --yes', 'write without asking')
    .option('--dry-run', 'show the difference and write nothing')
    .action(async (framework: Framework, options: InitOptions, command: Command) => {
      await init(open(command), framework, options, version)
    })
}

async function init(cli: Cli, framework: Framework, options: InitOptions, version: string): Promise<void> {
  const { terminal, api } = cli
  const project = readProject(resolve(terminal.cwd, options.directory ?? '.'))
  const application = options.application ?? slug(project.name)
  const changes = plan(project, framework, options.entry, version)
  if (cli.options.json !== true) terminal.out(unified(changes))
  if (options.dryRun === true) return cli.show({ application, changes: paths(changes) }, () => '')
  await api.get<Me>('/me') // before anything is written: a control plane that is not there, a token that is refused
  if (changes.length > 0) await agreed(terminal, 'Write this?', options.yes)

  const applicationMade = await ensureApplication(api, application, project.name)
  const credentials = join(project.folder, '.holdfast', 'credentials.json')
  const credentialsMade = await ensureCredentials(api, { name: application, application, groups: [] }, credentials)
  for (const { path, after } of changes) replace(join(project.folder, path), after)

  const done = { application, applicationMade, credentialsMade, changes: paths(changes) }
  const same = changes.length === 0 && !credentialsMade
  cli.show(done, () => (same ? already(application) : nextSteps({ ...done, changes }, cli, project)))
}

function paths(changes: readonly Change[]): readonly string[] {
  return changes.map(({ path }) => path)
}

/** Whole or not at all, with the permissions that the file had. */
function replace(path: string, text: string): void {
  const draft = `${path}.${randomUUID()}.new`
  writeFileSync(draft, text, { mode: statSync(path).mode, flag: 'wx' })
  renameSync(draft, path)
}

interface Done {
  readonly application: string
  readonly applicationMade: boolean
  readonly changes: readonly Change[]
}

function already(application: string): string {
  return `This project is guarded already, as ${application}. Nothing was changed.\n`
}

function nextSteps({ application, applicationMade, changes }: Done, cli: Cli, project: Project): string {
  const holdfast = commandName(cli.terminal)
  const made = applicationMade
    ? `Application ${application} is there, with a schema and two policies: admins-may-do-everything, members-may-read.`
    : `Application ${application} was there already, and is as it was.`
  const entry = changes.find((change) => change.path !== 'package.json')
  const steps = [
    ...(changes.some(({ path }) => path === 'package.json') ? ['npm install'] : []),
    `${relative(cli.terminal.cwd, process.execPath)} ${entry?.path ?? '...'}     (your backend, as you start it; Node 22.18 or newer)`,
    `${holdfast} services create stranger --application ${application} --out .holdfast/stranger.json`,
    `curl -i http://localhost:${portIn(entry?.before ?? '')}/ -H "Authorization: Bearer $(node -p 'require("./.holdfast/stranger.json").token')"`,
  ]
  return `
${made}
Its key is in ${join(project.folder, '.holdfast', 'credentials.json')}, which git does not see.

Next:
${steps.map((step) => `  ${step}\n`).join('')}The answer is 403 with the condition that failed: the stranger is not in Group::"members".
Create it with --group members instead, and the same request is answered. Your policies:
  ${holdfast} policies list ${application}
`
}

/** Where the backend most likely listens. */
function portIn(source: string): string {
  return /\blisten\(\s*(\d{2,5})\b|\bport:\s*(\d{2,5})\b/.exec(source)?.slice(1).find(Boolean) ?? '3000'
}
