import { Command } from 'commander'
import type { Uid } from '../api/types.ts'
import { ApiProblem } from '../api/problem.ts'
import type { Cli, Open } from '../cli.ts'
import { agreed } from '../commands/agree.ts'
import { Failure } from '../failure.ts'
import { count } from '../output/count.ts'
import { findingLine } from '../output/findings.ts'
import { facts, table } from '../output/table.ts'
import { when } from '../output/time.ts'
import { applicationPath, examplesTable, kindsInWords, namesText, readGiven, uidText } from './candidate.ts'

interface Candidate {
  readonly id: string
  readonly startedAt: string
  readonly startedBy: Uid
  readonly live: string
  readonly liveChanged: boolean
  readonly forgotten: boolean
}

interface Sample {
  readonly event: string
  readonly time: string
  readonly principal: Uid | null
  readonly action: string | null
  readonly resource: Uid | null
  readonly explanation: string | null
}

interface Report {
  readonly candidate: Candidate
  readonly compared: number
  readonly skipped: number
  readonly lastComparedAt: string | null
  readonly byKind: Readonly<Record<string, number>>
  readonly differences: readonly {
    readonly kind: string
    readonly action: string
    readonly live: readonly string[]
    readonly candidate: readonly string[]
    readonly count: number
    readonly samples: readonly Sample[]
  }[]
}

interface Options {
  readonly application: string
  readonly yes?: boolean
}

/** `holdfast access shadow`: policies that decide beside the live ones and change no answer. */
export function shadowCommand(open: Open): Command {
  const shadow = new Command('shadow').description('try policies out beside the live ones; they change no answer')
  const application = ['--application <id>', 'whose policies'] as const
  shadow
    .command('start')
    .description(
      'let the policies of a directory decide beside the live ones: holdfast access shadow start policies --application shop',
    )
    .argument('<directory>', 'with all policies that are to be live, and perhaps their schema')
    .requiredOption(...application)
    .action(async (directory: string, options: Options, command: Command) => start(open(command), directory, options))
  shadow
    .command('report')
    .description('what they would have decided otherwise so far')
    .requiredOption(...application)
    .action(async (options: Options, command: Command) => {
      const { api, show } = open(command)
      const report = await api.get<Report>(applicationPath(options.application, 'candidate/report'))
      show(report, () => reportText(report))
    })
  shadow
    .command('promote')
    .description('make them the live policies, in one step')
    .requiredOption(...application)
    .option('--yes', 'do not ask')
    .action(async (options: Options, command: Command) => promote(open(command), options))
  shadow
    .command('stop')
    .description('take them away, with their report')
    .requiredOption(...application)
    .action(async (options: Options, command: Command) => {
      const { api, show } = open(command)
      await api.delete(applicationPath(options.application, 'candidate'))
      show({ deleted: true }, () => `${options.application} has no candidate policies any more.\n`)
    })
  return shadow
}

async function start({ api, show, terminal }: Cli, directory: string, { application }: Options): Promise<void> {
  const given = readGiven(terminal, directory)
  const candidate = await api
    .put<Candidate>(applicationPath(application, 'candidate'), given)
    .catch((error: unknown) => {
      throw withFindings(error)
    })
  show(
    candidate,
    () =>
      `${count(given.policies.length, 'policy decides', 'policies decide')} beside the live ones of ${application} now, and change no answer.\n` +
      `See what they would decide otherwise: holdfast access shadow report --application ${application}\n`,
  )
}

/** What is wrong with the policies, one a line. */
export function withFindings(error: unknown): unknown {
  if (!(error instanceof ApiProblem) || error.problem.findings === undefined) return error
  const { code, detail, findings } = error.problem
  return new Failure({ code, detail, lines: findings.slice(0, 50).map(findingLine) })
}

async function promote(cli: Cli, { application, yes = false }: Options): Promise<void> {
  const { api, show, terminal } = cli
  const { candidate, byKind, compared } = await api.get<Report>(applicationPath(application, 'candidate/report'))
  const { would_allow: allows = 0, would_deny: denies = 0, broken = 0 } = byKind
  const changed = candidate.liveChanged ? ' What is live changed since it was started, and that is undone.' : ''
  const words =
    `Of ${compared} decisions it would have allowed ${allows} that were denied, denied ${denies} that were allowed, ` +
    `and not been able to decide ${broken}.${changed}\n`
  terminal.error(words)
  await agreed(terminal, 'Make it live?', yes)
  const { id, live } = candidate
  const body = { candidate: id, live }
  const path = applicationPath(application, 'candidate/promote')
  const done = await api.post<{ written: string[]; deleted: string[]; unchanged: number }>(path, body)
  show(done, () =>
    facts({ written: namesText(done.written), deleted: namesText(done.deleted), unchanged: done.unchanged }),
  )
}

function reportText({ candidate, compared, skipped, lastComparedAt, byKind, differences }: Report): string {
  const head = facts({
    since: when(candidate.startedAt),
    by: uidText(candidate.startedBy),
    'decisions compared': compared,
    'not compared (too slow)': skipped,
    last: when(lastComparedAt),
    'live policies changed since': candidate.liveChanged,
    ...Object.fromEntries(Object.entries(byKind).map(([kind, count]) => [kindsInWords[kind] ?? kind, count])),
  })
  if (differences.length === 0) return `${head}\nNothing would be decided otherwise so far.\n`
  const rows = table(
    differences,
    {
      what: ({ kind }) => kindsInWords[kind] ?? kind,
      action: ({ action }) => action,
      'by live': ({ live }) => namesText(live),
      'by candidate': ({ candidate: names }) => namesText(names),
      decisions: (row) => row.count,
    },
    '',
  )
  const samples = differences.flatMap((difference) =>
    difference.samples.map((sample) => ({ ...sample, kind: difference.kind })),
  )
  const examples = examplesTable(samples, 'No samples have arrived yet.')
  return `${head}\n${rows}\n${examples}`
}
