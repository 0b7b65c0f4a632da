import { Command } from 'commander'
import { segment } from '../api/client.ts'
import type { Schema } from '../api/types.ts'
import type { Open } from '../cli.ts'
import { pointed, source } from './source.ts'

const path = (application: string) => `/applications/${segment(application)}/schema`

export function schemaCommand(open: Open): Command {
  const schema = new Command('schema').description('the Cedar schema that the policies are written against')

  schema
    .command('show')
    .description('print the schema: holdfast policies schema show shop > shop.cedarschema')
    .argument('<application>')
    .action(async (application: string, _options: object, command: Command) => {
      const { api, show } = open(command)
      const found = await api.get<Schema>(path(application))
      show(found, () => `${found.text.trimEnd()}\n`)
    })

  schema
    .command('put')
    .description('write the schema, if every policy still fits: holdfast policies schema put shop shop.cedarschema')
    .argument('<application>')
    .argument('<file>', 'a Cedar schema; - reads stdin')
    .action(async (application: string, file: string, _options: object, command: Command) => {
      const { api, show, terminal } = open(command)
      const text = await source(terminal, file)
      const written = await api.put<Schema>(path(application), { text }).catch((error: unknown) => {
        throw pointed(error, { text, file, kind: 'schema' })
      })
      show(written, () => `The schema of ${application} is at version ${written.version}.\n`)
    })

  return schema
}
