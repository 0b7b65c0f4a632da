import { Command } from 'commander'
import type { Cli, Open } from '../../cli.ts'
import { agreed } from '../../commands/agree.ts'
import { collect } from '../../commands/options.ts'
import { exitCodes, Failure } from '../../failure.ts'
import { printable } from '../../output/printable.ts'
import { report } from '../../output/report.ts'
import { carryOut, type Outcome } from './carry-out.ts'
import { described } from './describe.ts'
import { refuseWhatIsForbidden } from './may.ts'
import type { Change } from './plan.ts'
import { type Asked, prepare, type Prepared } from './prepare.ts'
import { readFiles } from './read-files.ts'
import { nameOf } from './thing.ts'

interface Options {
  readonly file: readonly string[]
  readonly plan?: boolean
  readonly yes?: boolean
  readonly prune?: boolean
  readonly sendSecrets?: boolean
}

const after = `
Exit codes: 0 nothing to do, or done; 1 failed; with --plan, 2 where there is something to do.
`

/** `holdfast apply`: applications, clients, connections and groups as files say. */
export function applyCommand(open: Open): Command {
  return new Command('apply')
    .description(
      'bring applications, clients, connections and groups to what a file says: holdfast apply -f identity.yaml',
    )
    .requiredOption('-f, --file <file>', 'YAML or JSON; - reads stdin; may be repeated', collect)
    .option('--plan', 'only say what would change')
    .option('--yes', 'do not ask')
    .option('--prune', 'delete what is there of the kinds that the file owns, and not in it')
    .option('--send-secrets', 'send the secrets of connections again, though they are there: they may be new ones')
    .addHelpText('after', after)
    .action(async (options: Options, command: Command) => apply(open(command), options))
}

async function apply(cli: Cli, { file, plan, yes, prune = false, sendSecrets = false }: Options): Promise<void> {
  const { terminal, show, api } = cli
  const files = await readFiles(file, terminal)
  for (const warning of files.warnings) terminal.error(`${printable(warning)}\n`)
  const asked: Asked = { prune, sendSecrets }
  const look = () => prepare({ api, env: terminal.env }, files, asked)
  const prepared = await look()
  const { changes } = prepared
  if (changes.length === 0) return show(answer(changes, null), () => 'Everything is so already.\n')
  const text = described(changes, new Set(prepared.secrets.keys()))
  if (plan === true) {
    cli.end(2)
    return show(answer(changes, null), () => `${text}Nothing was changed.\n`)
  }
  await refuseWhatIsForbidden(api, changes, prepared.live.things)
  terminal.error(text)
  await agreed(terminal, 'Do this?', yes)
  await refuseAnother(look, prepared)
  const outcome = await carryOut(api, prepared)
  show(answer(changes, outcome), () => told(outcome))
  if (outcome.failed !== null) cli.end(report(explained(outcome, outcome.failed.failure), terminal, false))
}

/** Whoever agreed has agreed to this plan. */
async function refuseAnother(look: () => Promise<Prepared>, { changes }: Prepared): Promise<void> {
  const now = await look()
  if (JSON.stringify(now.changes) === JSON.stringify(changes)) return
  throw new Failure({
    code: 'plan_outdated',
    detail: 'Something has changed since the plan was made, so nothing was done.',
    mend: 'Run it again, and look at the new plan.',
    exitCode: exitCodes.failed,
  })
}

function explained({ done, failed, left }: Outcome, failure: Failure): Failure {
  return new Failure({
    ...failure.parts,
    lines: [
      ...(failure.parts.lines ?? []),
      ...(failed === null ? [] : [`stopped at ${failed.change.act} ${nameOf(failed.change.thing)}`]),
      `${done.length} done before it, which stay; ${left.length} not done after it`,
      ...left.map(({ act, thing }) => `not done: ${act} ${nameOf(thing)}`),
    ],
    mend: failure.parts.mend ?? 'Mend it and run it again: it goes on where it stopped.',
    exitCode: exitCodes.failed,
  })
}

function told({ done, failed, secrets }: Outcome): string {
  const shown = secrets.filter(({ file }) => file === null)
  return [
    ...(failed === null ? [] : done.map(({ act, thing }) => `done: ${act} ${nameOf(thing)}`)),
    ...secrets.filter(({ file }) => file !== null).map(({ client, file }) => `The secret of ${client} is in ${file}`),
    ...shown.map(({ client, secret }) => `secret of ${client}: ${secret}`),
    ...(shown.length === 0 ? [] : ['Secrets are shown this once.']),
    ...(failed === null ? ['Done.'] : []),
    '',
  ]
    .map(printable)
    .join('\n')
}

/** As JSON: what was planned, and what became of it. */
function answer(changes: readonly Change[], outcome: Outcome | null): object {
  const named = ({ act, thing: { kind, key } }: Change) => ({ act, kind, key })
  return {
    changes: changes.map((change) => ({
      ...named(change),
      ...(change.act === 'create' && { fields: change.thing.fields }),
      ...(change.act === 'update' && { changed: change.fields }),
    })),
    applied: outcome !== null && outcome.failed === null,
    done: outcome?.done.map(named) ?? [],
    failed:
      outcome?.failed == null ? null : { ...named(outcome.failed.change), code: outcome.failed.failure.parts.code },
    notDone: outcome?.left.map(named) ?? [],
    secrets:
      outcome?.secrets.map(({ client, secret, file }) => (file === null ? { client, secret } : { client, file })) ?? [],
  }
}
