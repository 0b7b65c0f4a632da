import { eventually } from './eventually.ts'
import type { WholeServer } from './whole-server.ts'

export interface LetterInBox {
  readonly to: string
  readonly template: string
  readonly subject: string
  readonly text: string
  readonly links: readonly string[]
}

/** The letters to an address in the mailbox of development, newest first. @param bearer who may read it */
export async function lettersTo(whole: WholeServer, to: string, bearer?: string): Promise<readonly LetterInBox[]> {
  const query = new URLSearchParams({ to, limit: '100' }).toString()
  const { json } = await whole.call('GET', `/api/v1/mailbox?${query}`, undefined, bearer)
  return json['items'] as LetterInBox[]
}

/** Waits for a letter. @param after so many of this kind are there already */
export function letterTo(whole: WholeServer, to: string, template: string, after = 0): Promise<LetterInBox> {
  return eventually(async () => {
    const letters = (await lettersTo(whole, to)).filter((letter) => letter.template === template)
    return letters.length > after ? letters[0] : undefined
  })
}

/** The path of the link that a letter is about. */
export function linkIn({ links }: LetterInBox): string {
  const { pathname, search } = new URL(links[0] ?? '')
  return pathname + search
}
