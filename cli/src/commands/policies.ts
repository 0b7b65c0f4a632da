import { basename } from 'node:path'
import { Command } from 'commander'
import { segment } from '../api/client.ts'
import type { Policy, Validation } from '../api/types.ts'
import type { Open } from '../cli.ts'
import { exitCodes } from '../failure.ts'
import { findings } from '../output/findings.ts'
import { table } from '../output/table.ts'
import { when } from '../output/time.ts'
import { decisionOptions } from './access.ts'
import { decide, type DecisionOptions } from './decision.ts'
import { wholeNumber } from './options.ts'
import { schemaCommand } from './schema.ts'
import { pointed, source } from './source.ts'

const path = (application: string, name = '') =>
  `/applications/${segment(application)}/policies${name && `/${segment(name)}`}`

export function policiesCommand(open: Open): Command {
  const policies = new Command('policies').description('the Cedar policies of an application')
  reading(policies, open)
  writing(policies, open)
  policies.addCommand(schemaCommand(open))
  decisionOptions(
    policies
      .command('test-decision')
      .description(`try a decision: holdfast policies test-decision shop ada@example.com buy 'Product::"1"'`)
      .argument('<application>')
      .argument('<principal>', 'e-mail address, or a uid')
      .argument('<action>')
      .argument('<resource>', `a uid like 'Review::"7"'`),
  ).action(
    async (
      application: string,
      principal: string,
      action: string,
      resource: string,
      options: DecisionOptions,
      command: Command,
    ) => decide(open(command), { application, principal, action, resource }, options),
  )
  return policies
}

function reading(policies: Command, open: Open): void {
  policies
    .command('list')
    .description('list policies: holdfast policies list shop')
    .argument('<application>')
    .action(async (application: string, _options: object, command: Command) => {
      const { api, show } = open(command)
      const found = await api.all<Policy>(path(application))
      show(found, () =>
        table(
          found,
          {
            name: (policy) => policy.name,
            effect: (policy) => policy.effect,
            version: (policy) => policy.version,
            builtin: (policy) => policy.builtin,
            updated: (policy) => when(policy.updatedAt),
          },
          `${application} has no policies, so nobody may do anything there.`,
        ),
      )
    })

  policies
    .command('show')
    .description('print a policy: holdfast policies show shop customers-buy > customers-buy.cedar')
    .argument('<application>')
    .argument('<name>')
    .action(async (application: string, name: string, _options: object, command: Command) => {
      const { api, show } = open(command)
      const policy = await api.get<Policy>(path(application, name))
      show(policy, () => `${policy.text.trimEnd()}\n`)
    })
}

function writing(policies: Command, open: Open): void {
  policies
    .command('put')
    .description('write a policy: holdfast policies put shop customers-buy.cedar')
    .argument('<application>')
    .argument('<file>', 'one Cedar policy; - reads stdin')
    .option('--name <name>', 'its name (default: the name of the file without .cedar)')
    .option('--expect-version <number>', 'refuse when another version is there; 0 creates only', wholeNumber)
    .action(
      async (
        application: string,
        file: string,
        options: { name?: string; expectVersion?: number },
        command: Command,
      ) => {
        const { api, show, terminal } = open(command)
        const text = await source(terminal, file)
        const name = options.name ?? basename(file, '.cedar')
        const policy = await api
          .put<Policy>(path(application, name), {
            text,
            ...(options.expectVersion !== undefined && { expectedVersion: options.expectVersion }),
          })
          .catch((error: unknown) => {
            throw pointed(error, { text, file, kind: 'policy' })
          })
        show(policy, () => `${application}/${policy.name} is at version ${policy.version}.\n`)
      },
    )

  policies
    .command('delete')
    .description('delete a policy')
    .argument('<application>')
    .argument('<name>')
    .action(async (application: string, name: string, _options: object, command: Command) => {
      const { api, show } = open(command)
      await api.delete(path(application, name))
      show({ application, name }, () => `${application}/${name} is gone.\n`)
    })

  policies
    .command('validate')
    .description('check a policy against the schema, without writing it: holdfast policies validate shop new.cedar')
    .argument('<application>')
    .argument('<file>', '- reads stdin')
    .option('--schema', 'the file is a Cedar schema')
    .action(async (application: string, file: string, options: { schema?: boolean }, command: Command) => {
      const { api, show, terminal, end } = open(command)
      const text = await source(terminal, file)
      const kind = options.schema === true ? 'schema' : 'policy'
      const result = await api.post<Validation>(`${path(application)}/validate`, { text, kind })
      show(result, () => findings({ text, file, kind }, result.findings) + (result.valid ? 'valid\n' : 'not valid\n'))
      end(result.valid ? exitCodes.ok : exitCodes.failed)
    })
}
