import { Command } from 'commander'
import type { Open } from '../cli.ts'
import { table } from '../output/table.ts'

interface Anchors {
  readonly halted: boolean
  readonly anchors: readonly {
    readonly name: string
    readonly verdict: 'ok' | 'rolled_back' | 'forked' | 'foreign' | null
    readonly size: number | null
    readonly trouble: string | null
  }[]
}

const verdicts = {
  ok: 'the log continues it',
  rolled_back: 'the log is shorter than it was',
  forked: 'the log has another history',
  foreign: 'it is of another log',
} as const

/** What the server says of its anchors; with a reason, that an operator accepts the log as it is. */
export function acknowledgeCommand(open: Open): Command {
  return new Command('acknowledge')
    .description(
      'show how the log does against its anchors; with --reason, accept it as it is though it is another one',
    )
    .option('--reason <text>', 'why the log is right as it is: "restored from last night\'s backup". It is recorded')
    .action(async ({ reason }: { readonly reason?: string }, command: Command) => {
      const { api, show } = open(command)
      if (reason !== undefined) {
        const accepted = await api.post<{ id: string }>('/ledger/anchors/acknowledge', { reason })
        show(accepted, () => 'Accepted. Events are taken into the log again within a few seconds.\n')
        return
      }
      const found = await api.get<Anchors>('/ledger/anchors')
      show(found, () => {
        const rows = table(
          found.anchors,
          {
            anchor: ({ name }) => name,
            entries: ({ size }) => size?.toString() ?? null,
            says: ({ verdict, trouble }) => trouble ?? (verdict === null ? 'not looked at yet' : verdicts[verdict]),
          },
          'There are no anchors.',
        )
        const halted =
          'Nothing is appended to the log. If it is right as it is: holdfast log acknowledge --reason TEXT\n'
        return found.halted ? `${rows}\n${halted}` : rows
      })
    })
}
