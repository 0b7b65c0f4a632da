import { Command, Option } from 'commander'
import type { Open } from '../cli.ts'
import { agreed } from '../commands/agree.ts'
import { table } from '../output/table.ts'
import { when } from '../output/time.ts'

interface SigningKey {
  readonly kid: string
  readonly alg: string
  readonly state: string
  readonly createdAt: string
  readonly signsFrom: string | null
  readonly nextChangeAt: string | null
}

interface Rotated {
  readonly rotated: readonly { readonly alg: string; readonly kid: string; readonly replaced: string }[]
}

export function signingKeysCommand(open: Open): Command {
  const keys = new Command('signing-keys').description('the keys that sign tokens')

  keys
    .command('list')
    .description('list the keys: which sign, which will, which did, and when that changes')
    .action(async (_options: object, command: Command) => {
      const { api, show } = open(command)
      const found = await api.all<SigningKey>('/signing-keys')
      show(found, () =>
        table(
          found,
          {
            key: (key) => key.kid,
            algorithm: (key) => key.alg,
            state: (key) => key.state,
            signs: (key) => when(key.signsFrom),
            'next change': (key) => when(key.nextChangeAt),
          },
          'There are no keys yet.',
        ),
      )
    })

  keys
    .command('rotate')
    .description('let the next keys sign from now on')
    .addOption(new Option('--alg <algorithm>', 'only this one').choices(['ES256', 'EdDSA', 'RS256']))
    .option('--compromised', 'drop the keys that sign now: whatever they signed is refused')
    .option('--yes', 'do not ask')
    .action(async (options: { alg?: string; compromised?: boolean; yes?: boolean }, command: Command) => {
      const { api, show, terminal } = open(command)
      const { alg, compromised = false, yes } = options
      if (compromised) {
        await agreed(
          terminal,
          'Drop the keys that sign now? Every token that they signed is refused from then on.',
          yes,
        )
      }
      const answer = await api.post<Rotated>('/signing-keys/rotate', { ...(alg !== undefined && { alg }), compromised })
      show(answer, () =>
        table(
          answer.rotated,
          { algorithm: (one) => one.alg, signs: (one) => one.kid, replaced: (one) => one.replaced },
          '',
        ),
      )
    })

  return keys
}
