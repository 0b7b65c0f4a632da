import { Failure } from '../failure.ts'
import type { Terminal } from '../terminal.ts'

/**
 * Asks the person who sits there; `--yes` has answered already.
 * @param question what would be done, as "Write this?"
 * @throws Failure when they do not agree, or nobody is there to ask
 */
export async function agreed(terminal: Terminal, question: string, yes: boolean | undefined): Promise<void> {
  if (yes === true) return
  if (!terminal.interactive) {
    throw new Failure({
      code: 'not_agreed',
      detail: 'Nobody is here to agree to what is said above, so nothing was done.',
      mend: 'Say --yes to do it without being asked.',
    })
  }
  const answer = await terminal.ask(`${question} [y/N] `)
  if (!/^y(?:es)?$/i.test(answer.trim())) throw new Failure({ code: 'not_agreed', detail: 'Nothing was done.' })
}
