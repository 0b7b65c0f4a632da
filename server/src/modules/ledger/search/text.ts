import type { UnsequencedEvent } from '@holdfast/events'
import { textsOf } from './terms.ts'
import { normalised, wordsOf } from './words.ts'

/** What somebody looks for by text. */
export interface TextQuery {
  /** all of them must be there; the first is the one that is likely to be the rarest */
  readonly words: readonly string[]
  /** what must stand in one of the event's texts as it is, in normal form: more than single words can say */
  readonly phrases: readonly string[]
}

/** Words of one search at most. */
export const mostWords = 16

const piece = /"([^"]*)"?|([^\s"]+)/g
const edges = /^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu

/**
 * Reads what was typed: words that must all be there, and phrases in quotation marks. A word with signs in it (`session.started`,
 * `/api/v1/people`) is a phrase as well.
 */
export function textQuery(text: string): TextQuery {
  const words = new Set<string>()
  const phrases = new Set<string>()
  for (const [, quoted, plain = ''] of text.matchAll(piece)) {
    const typed = normalised(quoted ?? plain.replaceAll(edges, ''))
    const own = wordsOf(typed)
    // The first word of an e-mail address, a UUID or an IP address is all of it.
    const [whole] = own
    if (whole === typed) words.add(whole)
    else {
      for (const word of own) words.add(word)
      if (own.size > 0) phrases.add(typed)
    }
  }
  // Long words are rare: ids and addresses, not `session`.
  return { words: [...words].toSorted((a, b) => b.length - a.length), phrases: [...phrases] }
}

/** Whether each phrase stands in one of the event's texts. */
export function hasPhrases(view: UnsequencedEvent, phrases: readonly string[]): boolean {
  if (phrases.length === 0) return true
  const texts = textsOf(view).map(normalised)
  return phrases.every((phrase) => texts.some((text) => text.includes(phrase)))
}
