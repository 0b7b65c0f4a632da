import { resolve } from 'node:path'
import { type Finding, parseSchema, validate } from '@holdfast/policy/authoring'
import { type CompiledRoles, compileRoles } from '@holdfast/policy/roles'
import { Command } from 'commander'
import { segment } from '../api/client.ts'
import { ApiProblem } from '../api/problem.ts'
import type { Schema } from '../api/types.ts'
import { findPrincipal } from '../api/uid.ts'
import type { Cli, Open } from '../cli.ts'
import { agreed } from '../commands/agree.ts'
import { usage } from '../failure.ts'
import { count } from '../output/count.ts'
import { printable } from '../output/printable.ts'
import { readText, schemaBeside } from './policy-files.ts'
import { applyPlan, type Changes, isEmpty, planRoles, type RoleGrant, type RolesPlan } from './roles-plan.ts'
import { flawed, readYaml, type YamlFile } from './yaml-file.ts'

/** `access roles compile` and `access roles apply`. */
export function rolesFileCommands(open: Open): Command[] {
  const compile = new Command('compile')
    .description('print the Cedar policies of a file of roles: holdfast access roles compile roles.yaml')
    .argument('<file>', 'YAML or JSON; - reads stdin')
    .option('--application <id>', 'write them against the schema of this application')
    .option('--schema <file>', 'write them against this schema (default: the one *.cedarschema beside the file)')
    .action(async (file: string, options: { application?: string; schema?: string }, command: Command) => {
      const cli = open(command)
      const { compiled } = await compiledFile(cli, file, await schemaText(cli, file, options))
      const { roles, policies, assignments = null } = compiled
      cli.show({ roles, policies, assignments: assignments?.map(({ role, to }) => ({ role, to })) ?? null }, () =>
        Object.entries(policies)
          .map(([name, text]) => `// ${name}\n${text}`)
          .join('\n'),
      )
    })

  const apply = new Command('apply')
    .description(
      'bring roles, their policies and who has them to what a file says: holdfast access roles apply roles.yaml --application blog',
    )
    .argument('<file>', 'YAML or JSON; - reads stdin')
    .requiredOption('--application <id>', 'whose roles')
    .option('--dry-run', 'only say what would change')
    .option('--yes', 'do not ask before something is taken away')
    .action(async (file: string, options: { application: string; dryRun?: boolean; yes?: boolean }, command: Command) =>
      applyFile(open(command), file, options),
    )
  return [apply, compile]
}

async function applyFile(
  cli: Cli,
  path: string,
  { application, dryRun, yes }: { application: string; dryRun?: boolean; yes?: boolean },
): Promise<void> {
  const { api, terminal, show } = cli
  const { compiled, file } = await compiledFile(cli, path, await schemaText(cli, path, { application }))
  const plan = await planRoles(api, application, compiled, await grantsOf(cli, file, compiled))
  const empty = isEmpty(plan)
  const shown = { ...plan, grants: plan.grants === undefined ? null : { give: plan.grants.give, end: plan.grants.end } }
  if (!empty && dryRun !== true) {
    const taken = takenAway(plan)
    if (taken > 0) {
      terminal.error(described(plan))
      await agreed(terminal, `Take away what is marked with -?`, yes)
    }
    await applyPlan(api, application, compiled, plan)
  }
  show({ ...shown, applied: !empty && dryRun !== true }, () => {
    if (empty) return `${application} has all of that already.\n`
    return dryRun === true ? `${described(plan)}Nothing was changed.\n` : `${described(plan)}Done.\n`
  })
}

async function schemaText(
  { api, terminal }: Cli,
  file: string,
  { application, schema }: { application?: string; schema?: string },
): Promise<string> {
  if (application !== undefined)
    return (await api.get<Schema>(`/applications/${segment(application)}/schema`)).text ?? ''
  const beside = schema ?? (file === '-' ? undefined : schemaBeside(resolve(terminal.cwd, file, '..')))
  if (beside === undefined)
    throw usage('Which schema are the roles for?', 'Name it with --schema, or an application with --application.')
  return readText(resolve(terminal.cwd, beside))
}

/** @throws Failure (`file_invalid`), which names each line */
async function compiledFile(
  { terminal }: Cli,
  path: string,
  schema: string,
): Promise<{ readonly compiled: CompiledRoles; readonly file: YamlFile }> {
  const text = path === '-' ? await terminal.stdin() : readText(resolve(terminal.cwd, path))
  const file = readYaml(text, path === '-' ? 'stdin' : path)
  const parsed = parseSchema(schema)
  if (!parsed.ok) throw usage(`The schema is not valid: ${parsed.findings[0]?.message ?? ''}`)
  const made = compileRoles(file.value, parsed.schema)
  if (!made.ok) throw flawed(file, made.flaws)
  const { compiled } = made
  const wrong = validate(compiled.policies, schema).filter(({ severity }) => severity === 'error')
  if (wrong.length > 0)
    throw flawed(
      file,
      wrong.map((finding) => ({ path: placeOf(finding, compiled), message: finding.message })),
    )
  return { compiled, file }
}

/** The permission that a finding is about: its Cedar is nothing that the person has seen. */
function placeOf({ policy }: Finding, { origins }: CompiledRoles): readonly (string | number)[] {
  return origins.get(policy ?? '') ?? []
}

/** Who has which role, with people looked up by their e-mail addresses. */
async function grantsOf(
  { api }: Cli,
  file: YamlFile,
  { assignments }: CompiledRoles,
): Promise<readonly RoleGrant[] | undefined> {
  if (assignments === undefined) return undefined
  const grants: RoleGrant[] = []
  for (const { role, to, path } of assignments) {
    try {
      grants.push({ role, principal: typeof to === 'string' ? await findPrincipal(api, to) : to })
    } catch (error) {
      if (error instanceof ApiProblem || !(error instanceof Error)) throw error
      throw flawed(file, [{ path, message: error.message }])
    }
  }
  return grants
}

function takenAway({ roles, policies, grants }: RolesPlan): number {
  return roles.remove.length + policies.remove.length + (grants?.end.length ?? 0)
}

/** One line for each thing: + is new, ~ is changed, - goes. */
function described({ roles, policies, grants }: RolesPlan): string {
  const lines = (what: string, { add, change, remove }: Changes<{ readonly id: string }>) => [
    ...add.map(({ id }) => `+ ${what} ${id}`),
    ...change.map(({ id }) => `~ ${what} ${id}`),
    ...remove.map((id) => `- ${what} ${id}`),
  ]
  const named = ({ role, principal: { type, id } }: RoleGrant) => `${role} for ${type}::${JSON.stringify(id)}`
  const all = [
    ...lines('role', roles),
    ...lines('policy', policies),
    ...(grants?.give.map((grant) => `+ ${named(grant)}`) ?? []),
    ...(grants?.end.map((grant) => `- ${named(grant)}`) ?? []),
  ]
  return `${all.map(printable).join('\n')}\n${count(all.length, 'change')}.\n`
}
