import { Command, Option } from 'commander'
import { segment } from '../api/client.ts'
import { findPerson } from '../api/find.ts'
import type { Open } from '../cli.ts'
import { usage } from '../failure.ts'
import { count } from '../output/count.ts'

interface Options {
  readonly person?: string
  readonly acr: string
  readonly reason?: string
  readonly lift?: boolean
}

export function requireCommand(open: Open): Command {
  return new Command('require')
    .description(
      'a session, or every one of a person, must show more: holdfast sessions require --person ada@example.com --acr phr --reason "incident 7"',
    )
    .argument('[session]', 'id of the session')
    .option('--person <person>', 'every session of this person, those to come too: e-mail address or id')
    .addOption(new Option('--acr <acr>', 'what must be shown').choices(['aal2', 'phr']).default('aal2'))
    .option('--reason <reason>', 'who wants it, and why; it is recorded')
    .option('--lift', 'with --person: it is not demanded any more')
    .action(async (id: string | undefined, options: Options, command: Command) => {
      const { api, show } = open(command)
      const { person: named, acr, reason, lift } = options
      if ((id === undefined) === (named === undefined)) throw usage('Name one session, or one --person.')
      const person = named === undefined ? undefined : await findPerson(api, named)
      const path =
        person === undefined ? `/sessions/${segment(id ?? '')}/require` : `/people/${segment(person.id)}/require`
      if (lift === true) {
        if (person === undefined) throw usage('Only what is demanded of a --person can be lifted.')
        const done = await api.delete<{ lifted: boolean }>(path)
        show(done, () => (done.lifted ? `Nothing more is demanded of ${person.email}.\n` : 'Nothing was demanded.\n'))
        return
      }
      if (reason === undefined) throw usage('Say --reason: it is recorded.')
      const done = await api.post<{ acr: string; below: number }>(path, { acr, reason })
      const wait = done.below === 1 ? 'waits' : 'wait'
      show(done, () => `${count(done.below, 'session')}, at hosts too, ${wait} until ${done.acr} is shown.\n`)
    })
}
