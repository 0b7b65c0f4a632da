import { Command, Option } from 'commander'
import { segment } from '../api/client.ts'
import { findPerson } from '../api/find.ts'
import type { Open } from '../cli.ts'
import { agreed } from '../commands/agree.ts'
import { count } from '../output/count.ts'
import { facts, table } from '../output/table.ts'
import { when } from '../output/time.ts'

interface Factors {
  readonly passkeys: readonly {
    readonly id: string
    readonly name: string
    readonly registeredAt: string
    readonly lastUsedAt: string | null
    readonly backedUp: boolean
    readonly cloned: boolean
  }[]
  readonly totp: { readonly enrolledAt: string; readonly lastUsedAt: string | null } | null
  readonly recoveryCodes: { readonly left: number }
  readonly policy: string
}

/** Passkeys, authenticator apps and recovery codes of people. */
export function mfaCommand(open: Open): Command {
  const mfa = new Command('mfa').description('passkeys, authenticator apps and recovery codes of people')

  mfa
    .command('list')
    .description('what somebody can show beside a password: holdfast identity mfa list ada@example.com')
    .argument('<person>', 'e-mail address or id')
    .action(async (who: string, _options: object, command: Command) => {
      const { api, show } = open(command)
      const person = await findPerson(api, who)
      const factors = await api.get<Factors>(`/people/${segment(person.id)}/factors`)
      show(factors, () => text(factors))
    })

  mfa
    .command('reset')
    .description('remove all of them, for somebody who has lost theirs; sessions end, and they enrol anew')
    .argument('<person>', 'e-mail address or id')
    .addOption(
      new Option('--proof <method>', 'how you made sure that it is they')
        .choices(['in_person', 'video', 'document', 'call_back', 'vouched'])
        .makeOptionMandatory(),
    )
    .requiredOption('--reason <text>', 'why, and where the evidence is: a ticket, who vouched; it is recorded')
    .option('--yes', 'without asking')
    .action(async (who: string, options: { proof: string; reason: string; yes?: boolean }, command: Command) => {
      const { api, show, terminal } = open(command)
      const person = await findPerson(api, who)
      await agreed(terminal, `Remove every second factor of ${person.email}, and end their sessions?`, options.yes)
      const path = `/people/${segment(person.id)}/factors/reset`
      const proof = { method: options.proof, reason: options.reason }
      const reset = await api.post<{ passkeys: number; totp: boolean; revoked: number }>(path, proof)
      const gone = [count(reset.passkeys, 'passkey'), ...(reset.totp ? ['the authenticator app'] : [])].join(' and ')
      show(reset, () => `${person.email} had ${gone}; ${count(reset.revoked, 'session')} ended. They enrol anew.\n`)
    })

  return mfa
}

function text({ passkeys, totp, recoveryCodes, policy }: Factors): string {
  const about = facts({
    'demanded by the settings': policy,
    'authenticator app': totp === null ? 'none' : `since ${when(totp.enrolledAt)}`,
    'recovery codes left': String(recoveryCodes.left),
  })
  const listed = table(
    passkeys,
    {
      passkey: (passkey) => passkey.name,
      registered: (passkey) => when(passkey.registeredAt),
      used: (passkey) => (passkey.lastUsedAt === null ? null : when(passkey.lastUsedAt)),
      kept: (passkey) =>
        passkey.cloned ? 'copied: not accepted' : passkey.backedUp ? 'synchronised' : 'on one device',
      id: (passkey) => passkey.id,
    },
    'No passkeys.',
  )
  return `${about}\n${listed}`
}
