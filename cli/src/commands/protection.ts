import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { readYaml } from '../access/yaml-file.ts'
import { segment } from '../api/client.ts'
import type { Open } from '../cli.ts'
import { usage } from '../failure.ts'
import { table } from '../output/table.ts'
import { blockedCommand } from '../protection/blocked.ts'
import { exceptCommand, exceptionsCommand } from '../protection/exceptions.ts'
import { learnedCommand } from '../protection/learned.ts'
import { trafficCommand } from '../protection/traffic.ts'
import { explainCommand } from './protection-explain.ts'

interface Settings extends Record<string, unknown> {
  readonly version: number
}

interface Report {
  readonly directive: string
  readonly blocked: string
  readonly page: string
  readonly count: number
}

interface Proposal {
  readonly directives: Readonly<Record<string, readonly string[] | null>>
  readonly policy: string
  readonly advice: readonly { readonly directive: string; readonly blocked: string; readonly advice: string }[]
}

const path = (application: string, what = 'protection') => `/applications/${segment(application)}/${what}`
const text = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

export function protectionCommand(open: Open): Command {
  const protection = new Command('protection').description('what the gateways of an application refuse, limit and add')
  protection
    .command('show')
    .description('show the protection of an application')
    .argument('<application>')
    .action(async (application: string, _: object, command: Command) => {
      const { api, show } = open(command)
      const settings = await api.get<Settings>(path(application))
      show(settings, () => text(settings))
    })
  protection
    .command('set')
    .description('change settings: holdfast protection set shop csrf.mode=report limits.headers=false')
    .argument('<application>')
    .argument('<settings...>', 'part.name=value; a value is JSON, a word, or @FILE: what a file of JSON or YAML holds')
    .action(async (application: string, settings: readonly string[], _: object, command: Command) => {
      const { api, show } = open(command)
      const { version, changedAt: __, ...current } = await api.get<Settings>(path(application))
      for (const setting of settings) assign(current, setting)
      const changed = await api.put<Settings>(path(application), { ...current, expected: version })
      show(changed, () => `The protection of ${application} is at version ${changed.version}.\n`)
    })
  protection
    .command('apply')
    .description('set the whole protection from a file of JSON or YAML; what the file leaves out has its default')
    .argument('<application>')
    .argument('<file>')
    .action(async (application: string, file: string, _: object, command: Command) => {
      const { api, show } = open(command)
      const { version: __, changedAt: ___, ...settings } = parse(file)
      const changed = await api.put<Settings>(path(application), settings)
      show(changed, () => `The protection of ${application} is at version ${changed.version}.\n`)
    })
  protection
    .command('reports')
    .description('what browsers reported that the content security policy blocks, or would')
    .argument('<application>')
    .action(async (application: string, _: object, command: Command) => {
      const { api, show } = open(command)
      const found = await api.all<Report>(path(application, 'csp-reports'))
      show(found, () =>
        table(
          found,
          {
            count: ({ count }) => String(count),
            directive: ({ directive }) => directive,
            blocked: ({ blocked }) => blocked,
            page: ({ page }) => page,
          },
          'Browsers have reported nothing.',
        ),
      )
    })
  protection
    .command('propose')
    .description('the content security policy under which what was reported would pass, as far as that is safe')
    .argument('<application>')
    .option('--at-least <count>', 'leave out what was reported less often', '3')
    .action(async (application: string, { atLeast }: { atLeast: string }, command: Command) => {
      const { api, show } = open(command)
      const query = `?atLeast=${encodeURIComponent(atLeast)}`
      const proposal = await api.get<Proposal>(path(application, 'csp-proposal') + query)
      show(proposal, () => {
        const advice = proposal.advice.map((each) => `${each.directive}, ${each.blocked}: ${each.advice}\n`)
        return [`${proposal.policy}\n`, ...advice].join('')
      })
    })
  protection.addCommand(explainCommand(open))
  for (const command of [trafficCommand, blockedCommand, exceptCommand, exceptionsCommand, learnedCommand]) {
    protection.addCommand(command(open))
  }
  return protection
}

/** `csrf.mode=report`: what stands there must be there already. */
function assign(settings: Record<string, unknown>, setting: string): void {
  const equals = setting.indexOf('=')
  const names = setting.slice(0, Math.max(0, equals)).split('.')
  const last = names.pop()
  let place: unknown = settings
  for (const name of names) place = isRecord(place) && Object.hasOwn(place, name) ? place[name] : undefined
  if (last === undefined || !isRecord(place) || !Object.hasOwn(place, last)) {
    throw usage(`There is no setting ${setting.slice(0, Math.max(0, equals))}.`)
  }
  place[last] = valueOf(setting.slice(equals + 1))
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function valueOf(written: string): unknown {
  if (written.startsWith('@')) return readFile(written.slice(1))
  try {
    return JSON.parse(written)
  } catch {
    return written
  }
}

/** JSON is part of YAML, but for a file that is longer than YAML is read. */
function readFile(file: string): unknown {
  const written = readFileSync(file, 'utf8')
  try {
    return JSON.parse(written)
  } catch {
    return readYaml(written, file).value
  }
}

function parse(file: string): Record<string, unknown> {
  const value = readFile(file)
  if (!isRecord(value)) throw usage(`${file} holds no object.`)
  return value
}
