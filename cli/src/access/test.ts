import { statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import { segment } from '../api/client.ts'
import type { Policy, Schema } from '../api/types.ts'
import type { Cli, Open } from '../cli.ts'
import { exitCodes, usage } from '../failure.ts'
import {
  type CheckedRules,
  checkRules,
  filesUnder,
  inside,
  policiesIn,
  readPolicies,
  readText,
  schemaBeside,
  shownFrom,
} from './policy-files.ts'
import { readSuite } from './suite.ts'
import { junit, percentage, suiteReport, tap } from './suite-report.ts'
import { type Planned, type Results, runSuites } from './suite-run.ts'
import { flawed, readYaml, type YamlFile } from './yaml-file.ts'

interface TestOptions {
  readonly application?: string
  readonly only?: string
  readonly report: 'text' | 'junit' | 'tap'
  readonly minCoverage?: number
  readonly quiet?: boolean
}

const isSuite = (name: string): boolean => /\.policy-test\.(?:ya?ml|json)$/.test(name)

export function testCommand(open: Open): Command {
  return new Command('test')
    .description('run policy tests (*.policy-test.yaml): holdfast access test holdfast/')
    .argument('[path]', 'a file, or a directory to search', '.')
    .option('--application <id>', 'test the policies that this application has now, not those of the files')
    .option('--only <text>', 'only tests whose names contain this')
    .option('--min-coverage <percent>', 'fail when fewer of the policies decided something', percent)
    .option('--quiet', 'leave out what is as expected')
    .addOption(new Option('--report <form>', 'how to tell').choices(['text', 'junit', 'tap']).default('text'))
    .action(async (path: string, options: TestOptions, command: Command) => test(open(command), path, options))
}

/** Ends with 0 when all is as expected, 1 when something is not, 2 when a file or a policy cannot be used. */
async function test(cli: Cli, path: string, options: TestOptions): Promise<void> {
  const { terminal, show, end } = cli
  const whole = resolve(terminal.cwd, path)
  const isDirectory = statSync(whole, { throwIfNoEntry: false })?.isDirectory()
  if (isDirectory === undefined) throw usage(`There is no file or directory ${path}.`)
  const files = isDirectory ? filesUnder(whole, isSuite) : [whole]
  if (files.length === 0)
    throw usage(`There is no *.policy-test.yaml in ${whole}.`, 'docs/guide/policy-tests.md shows how to write one.')
  // A file that is named itself may use what is beside it, or below where the command was typed.
  const below = terminal.cwd === '/' ? dirname(whole) : terminal.cwd
  const root = isDirectory ? whole : whole.startsWith(`${below}/`) ? below : dirname(whole)
  const live = options.application === undefined ? undefined : await liveRules(cli, options.application)
  const planned = files.map((file) => plan(file, root, live, shownFrom(terminal.cwd)))
  const results = runSuites(planned, options.only)
  const rulings = results.suites.flatMap((suite) => suite.rulings)
  if (rulings.length === 0) throw usage(`No test is called anything with "${options.only ?? ''}".`)
  const covered = percentage(results)
  show({ ...json(results), covered }, () => told(results, options))
  const enough = options.minCoverage === undefined || covered >= options.minCoverage
  if (!enough)
    terminal.error(`${covered} percent of the policies decided something, ${options.minCoverage} are wanted.\n`)
  end(enough && rulings.every(({ passed }) => passed) ? exitCodes.ok : exitCodes.failed)
}

function told(results: Results, { report, quiet }: TestOptions): string {
  if (report === 'junit') return junit(results)
  return report === 'tap' ? tap(results) : suiteReport(results, quiet === true)
}

function json({ suites, coverage }: Results): object {
  return {
    suites: suites.map(({ file, name, rulings }) => ({
      file,
      name,
      results: rulings.map(({ case: each, passed, decision, by, text }) => ({
        test: each.test,
        principal: each.principal,
        action: each.action,
        resource: each.resource,
        line: each.place.line,
        expected: each.expected,
        decision,
        by,
        passed,
        ...(text !== '' && { explanation: text }),
      })),
    })),
    coverage,
  }
}

/** A file with the rules that it names, or those that are beside it. */
function plan(path: string, root: string, live: CheckedRules | undefined, shown: (path: string) => string): Planned {
  const file = readYaml(readText(path), shown(path))
  return { file, rules: live ?? rulesOf(file, path, root, shown) }
}

function rulesOf(file: YamlFile, path: string, root: string, shown: (path: string) => string): CheckedRules {
  const suite = readSuite(file)
  const home = dirname(path)
  const named = (where: (string | number)[], each: string) => {
    try {
      return inside(root, home, each)
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
        throw flawed(file, [{ path: where, message: `there is no ${each}` }])
      }
      throw error
    }
  }
  const schema = suite.schema === undefined ? schemaBeside(home) : named(['schema'], suite.schema)
  const policies = suite.policies?.map((each, at) => named(['policies', at], each)) ?? [policiesIn(home)]
  return checkRules({ ...readPolicies(policies, shown), schemaText: schema === undefined ? null : readText(schema) })
}

async function liveRules({ api }: Cli, application: string): Promise<CheckedRules> {
  const at = `/applications/${segment(application)}`
  const [schema, policies] = [await api.get<Schema>(`${at}/schema`), await api.all<Policy>(`${at}/policies`)]
  const texts = Object.fromEntries(policies.map(({ name, text }) => [name, text]))
  return checkRules({ texts, files: new Map(), schemaText: schema.text === '' ? null : schema.text })
}

function percent(text: string): number {
  if (!/^\d{1,3}$/.test(text) || Number(text) > 100)
    throw new InvalidArgumentError('A whole number from 0 to 100 is needed.')
  return Number(text)
}
