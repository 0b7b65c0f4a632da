import { Command } from 'commander'
import { segment } from '../api/client.ts'
import type { Open } from '../cli.ts'
import { table } from '../output/table.ts'

interface Learned {
  readonly learning: boolean
  readonly document: object
  readonly operations: readonly {
    readonly operation: string
    readonly count: number
    readonly confidence: string
    readonly change: string
  }[]
  readonly differences: readonly { readonly operation: string; readonly count: number; readonly says: string }[]
}

interface Options {
  readonly diff?: boolean
  readonly forget?: boolean
}

export function learnedCommand(open: Open): Command {
  return new Command('learned')
    .description('the document of the API as its gateways learnt it: holdfast protection learned shop > openapi.json')
    .argument('<application>')
    .option('--diff', 'how it differs from the document in force, and how often each operation was seen')
    .option('--forget', 'throw it away, to learn anew')
    .action(async (application: string, { diff, forget }: Options, command: Command) => {
      const { api, show } = open(command)
      const path = `/applications/${segment(application)}/protection/learned`
      if (forget === true) {
        await api.delete(path)
        return show({ forgotten: true }, () => `What was learnt of ${application} is thrown away.\n`)
      }
      const learned = await api.get<Learned>(path)
      if (diff === true) return show(learned, () => differences(learned, application))
      show(learned.document, () => `${JSON.stringify(learned.document, null, 2)}\n`)
    })
}

function differences({ learning, operations, differences: found }: Learned, application: string): string {
  const off = learning ? '' : `Nothing more is learnt: holdfast protection set ${application} inspection.learn=true\n`
  const seen = table(
    operations,
    {
      operation: ({ operation }) => operation,
      seen: ({ count }) => count,
      confidence: ({ confidence }) => confidence,
      change: ({ change }) => change,
    },
    'Nothing was learnt yet.',
  )
  const lines = found.map(({ operation, count, says }) => `${operation}: ${says}${count > 0 ? ` (${count})` : ''}\n`)
  return [off, seen, ...(lines.length > 0 ? ['\n', ...lines] : [])].join('')
}
