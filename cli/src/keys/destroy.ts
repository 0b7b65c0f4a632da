import { Command } from 'commander'
import type { Query } from '../api/client.ts'
import type { Open } from '../cli.ts'
import { agreed } from '../commands/agree.ts'
import { usage } from '../failure.ts'
import { count } from '../output/count.ts'
import { printable } from '../output/printable.ts'
import { subjectOf } from './subject.ts'
import type { Hits } from './types.ts'

interface Options {
  readonly person?: string
  readonly yes?: boolean
}

export function destroyCommand(open: Open): Command {
  return new Command('destroy')
    .description('destroy an old version of a key, or the keys of a person: what they encrypted is lost for good')
    .argument('[key]', 'id of the key, from "holdfast keys list"')
    .option('--person <email or id>', 'every key of a person instead')
    .option('-y, --yes', 'destroy without asking')
    .action(async (id: string | undefined, { person, yes }: Options, command: Command) => {
      const { api, show, terminal } = open(command)
      if ((id === undefined) === (person === undefined))
        throw usage('Which one?', 'Say either the id of a key, or --person.')
      const which: Query = person === undefined ? { id } : { subject: await subjectOf(api, person) }
      const hits = await api.get<Hits>('/keys/hits', which)
      // On stderr, as the question is: stdout is for the answer.
      terminal.error(whatIsLost(hits))
      await agreed(terminal, `Destroy ${count(hits.keys.length, 'key')} for good?`, yes)
      const done = await api.post<{ keys: number; values: number }>('/keys/destroy', { ...which, values: hits.values })
      show(done, () => `${count(done.keys, 'key is', 'keys are')} gone, and what was encrypted with them.\n`)
    })
}

function whatIsLost({ keys, columns, values }: Hits): string {
  const lines = [
    ...keys.map(({ purpose, subject, version, state }) =>
      [`key for ${purpose}`, ...(subject === null ? [] : [`of ${subject}`]), `version ${version}, ${state}`].join(', '),
    ),
    `${count(values, 'value')} at most would never be readable again${columns.length === 0 ? '' : ':'}`,
    ...columns.map(
      (column) => `  ${column.table}.${column.column}: ${column.values ?? 'more than can be counted at once'}`,
    ),
    'Backups that hold the key table still open them: it is backed up apart, and kept briefly.',
  ]
  return lines.map((line) => `${printable(line)}\n`).join('')
}
