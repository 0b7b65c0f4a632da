import type { UnsequencedEvent } from '@holdfast/events'
import { wordsOf } from './words.ts'

/** A value of an event that belongs to a person; `subject` is `Person/<id>`, or null when nobody knows whose it is. */
export interface PersonalValue {
  readonly subject: string | null
  readonly value: unknown
}

/** The words by which an event is found. */
export interface EventTerms {
  /** of the event itself; they stay for as long as the event does */
  readonly shared: readonly string[]
  /** of each person's values: these vanish with the person */
  readonly bySubject: ReadonlyMap<string, readonly string[]>
}

/**
 * The terms of a text: its words, or what stands for them.
 * @param ofData the text is from `data`: few of those come twice
 */
export type TermsIn = (text: string, ofData?: boolean) => Iterable<string>

/** Words of one event, and of one person in it, that are indexed at most: an event must not cost without bound. */
export const mostTerms = 256

/**
 * The words of an event, split by whose they are. A word of a person's value is that person's alone, also where the event says it
 * once more elsewhere: after an erasure nothing is found by it.
 * @param view the whole event, before anything is taken out
 * @param personal what of it belongs to people
 */
export function termsOf(
  view: UnsequencedEvent,
  personal: readonly PersonalValue[],
  termsIn: TermsIn = wordsOf,
): EventTerms {
  const bySubject = new Map<string, Set<string>>()
  const owned = new Set<string>()
  for (const { subject, value } of personal) {
    if (subject === null) continue
    let own = bySubject.get(subject)
    if (own === undefined) bySubject.set(subject, (own = new Set()))
    for (const text of textsIn(value)) {
      for (const word of termsIn(text)) {
        owned.add(word)
        if (own.size < mostTerms) own.add(word)
      }
    }
  }
  const shared = new Set<string>()
  const take = (words: Iterable<string>) => {
    for (const word of words) {
      if (shared.size >= mostTerms) break
      if (!owned.has(word)) shared.add(word)
    }
  }
  for (const text of headsOf(view)) if (text != null) take(termsIn(text, false))
  for (const text of textsIn(view.data)) take(termsIn(text, true))
  return { shared: [...shared], bySubject: new Map(Array.from(bySubject, ([subject, words]) => [subject, [...words]])) }
}

/** Every text of an event that can be searched, the most telling first: the bound cuts off the end of `data`. */
export function textsOf(view: UnsequencedEvent): readonly string[] {
  return [...headsOf(view).filter((text) => text != null), ...textsIn(view.data)]
}

function headsOf(view: UnsequencedEvent): readonly (string | null | undefined)[] {
  const { id, kind, outcome, actor, resource, application, reason, source, requestId } = view
  return [
    kind,
    outcome,
    id,
    actor?.type,
    actor?.id,
    actor?.name,
    resource?.type,
    resource?.id,
    application,
    reason,
    requestId,
    source.address,
    source.userAgent,
  ]
}

/** The texts and numbers in a JSON value, without the names of its members. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value === 'number') return [String(value)]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(textsIn)
}
