import { Command } from 'commander'
import { asPerson } from './as-person.ts'
import type { Open } from '../cli.ts'
import { table } from '../output/table.ts'
import { when } from '../output/time.ts'
import { type Elevation, elevationsPath, given } from './elevation.ts'
import type { In } from './moments.ts'

const columns = {
  id: ({ id }: Elevation) => id,
  person: ({ person }: Elevation) => person.name ?? person.id,
  asks: (one: Elevation) => (one.kind === 'break_glass' ? `${given(one)} (broken glass)` : given(one)),
  for: ({ seconds }: Elevation) => `${Math.ceil(seconds / 60)} min`,
  state: ({ state }: Elevation) => state,
  since: ({ requestedAt }: Elevation) => when(requestedAt),
  until: ({ grant }: Elevation) => (grant === null ? '' : when(grant.validTo)),
  reason: ({ reason }: Elevation) => reason,
}

interface Options extends In {
  readonly state?: string
  readonly as?: string
  readonly passwordFile?: string
  readonly passwordStdin?: boolean
  readonly mine?: boolean
  readonly toReview?: boolean
}

export function requestsCommand(open: Open): Command {
  return new Command('requests')
    .description('who asked for which role for a time; with --as, what waits for your answer')
    .option('--application <id>', 'of which application', 'holdfast')
    .option('--state <state>', 'pending, approved, ended, denied, cancelled, expired')
    .option('--as <email>', 'who you are: shows what you may approve')
    .option('--mine', 'with --as: what you asked for')
    .option('--to-review', 'with --as: broken glass that you may review')
    .option('--password-file <file>', 'a file with your password; asked for otherwise')
    .option('--password-stdin', 'your password from standard input')
    .action(async ({ application, state, as, mine, toReview, ...password }: Options, command: Command) => {
      const { api, show, terminal } = open(command)
      const path = elevationsPath(application)
      const query = state === undefined ? {} : { state }
      const which = mine === true ? 'mine' : toReview === true ? 'toReview' : 'toApprove'
      const found =
        as === undefined
          ? await api.all<Elevation>(path, query)
          : await asPerson(api, { as, ...password }, terminal, (own) =>
              own.all<Elevation>(path, { ...query, [which]: 'true' }),
            )
      show(found, () => table(found, columns, 'No such requests.'))
    })
}
