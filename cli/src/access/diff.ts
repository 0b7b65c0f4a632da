import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Command } from 'commander'
import { segment } from '../api/client.ts'
import { findPrincipal, parseAction } from '../api/uid.ts'
import type { Cli, Open } from '../cli.ts'
import { collect, wholeNumber } from '../commands/options.ts'
import { pointed } from '../commands/source.ts'
import { exitCodes, usage } from '../failure.ts'
import { compareRows } from './diff-database.ts'
import { type Comparison, comparisonReport, namesOf } from './diff-report.ts'
import { readSide } from './diff-side.ts'

export interface DiffCommandOptions {
  readonly application: string
  readonly action?: readonly string[]
  readonly type?: readonly string[]
  readonly principal?: readonly string[]
  readonly context?: string
  readonly entities?: string
  readonly examples: number
  readonly exitCode?: boolean
  readonly database?: string
  readonly resources?: string
}

export function diffCommand(open: Open): Command {
  return new Command('diff')
    .description('who gains and who loses what: holdfast access diff live policies/ --application shop')
    .argument('<old>', 'live, candidate, version:12, a time, a directory of policies, or a file with single ones')
    .argument('<new>', 'the same')
    .requiredOption('--application <id>', 'of which application')
    .option('--action <id>', 'only this action; may be repeated', collect)
    .option('--type <type>', 'only resources of this type; may be repeated', collect)
    .option('--principal <who>', 'only this principal, an e-mail address or a uid; may be repeated', collect)
    .option('--context <json>', 'the context of every request')
    .option('--entities <file>', 'things that the control plane does not store, as Cedar entity JSON')
    .option('--database <url>', "count in the application's own database (PostgreSQL), with --resources")
    .option('--resources <module>', 'the module that exports its resources (defineResource)')
    .option('--examples <number>', 'how many of each row to name', wholeNumber, 3)
    .option('--exit-code', 'end with 1 when there are differences')
    .action(async (old: string, now: string, options: DiffCommandOptions, command: Command) =>
      diff(open(command), old, now, options),
    )
}

async function diff(cli: Cli, old: string, now: string, options: DiffCommandOptions): Promise<void> {
  if ((options.database === undefined) !== (options.resources === undefined)) {
    throw usage('--database and --resources belong together.')
  }
  const { api, show, end } = cli
  const sides = { old: readSide(cli, old), new: readSide(cli, now) }
  const principals =
    options.principal === undefined
      ? undefined
      : await Promise.all(options.principal.map((who) => findPrincipal(api, who)))
  const narrowed = {
    ...(options.action !== undefined && { actions: options.action.map(parseAction) }),
    ...(options.type !== undefined && { resourceTypes: options.type }),
    ...(principals !== undefined && { principals }),
    ...(options.context !== undefined && { context: json(options.context, '--context') }),
  }
  const compared =
    options.database === undefined || options.resources === undefined
      ? await api
          .post<Comparison>(`/applications/${segment(options.application)}/diff`, {
            ...sides,
            ...narrowed,
            examples: options.examples,
            ...(options.entities !== undefined && {
              entities: json(readFileSync(resolve(cli.terminal.cwd, options.entities), 'utf8'), options.entities),
            }),
          })
          .catch((error: unknown) => {
            throw pointed(error, { text: '', file: 'the policies', kind: 'schema' })
          })
      : await compareRows(
          cli,
          { ...options, database: options.database, resources: options.resources },
          sides,
          narrowed,
        )
  const rows = compared.changes.flatMap((change) => change.rows)
  const named = rows.flatMap((row) => [...row.principalExamples, ...row.common])
  // Programs get ids, and look up nobody.
  const nameOf = await namesOf(api, cli.options.json === true ? [] : named)
  show(compared, () => comparisonReport(compared, nameOf))
  const known = options.exitCode === true ? compared.same && compared.undecided.length === 0 : true
  // What cannot be said of the rows of a database is never passed over.
  const said = options.database === undefined || compared.undecided.length === 0
  end(known && said ? exitCodes.ok : exitCodes.failed)
}

function json(text: string, from: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw usage(`${from} is no JSON: ${error instanceof Error ? error.message : ''}`)
  }
}
