import { type OcsfEvent, type PersonalField, type UnsequencedEvent, valueAt } from '@holdfast/events'
import { termsOf } from './search/terms.ts'
import { addressToken, type BlindIndex, termTokens } from './search/tokens.ts'
import { wordsOf } from './search/words.ts'

/** By what an event is found: keyed hashes of its words and address, split by whose they are. */
export interface IndexTokens {
  readonly shared: Tokens
  readonly bySubject: ReadonlyMap<string, Tokens>
  /** all of it, to be compared */
  readonly text: string
}

export interface Tokens {
  readonly address: Buffer | null
  readonly terms: readonly string[]
}

const addressPointers: ReadonlySet<string> = new Set(['/src_endpoint/ip', '/unmapped/source/address'])

/** What an index makes of texts. */
export interface Tokeniser {
  /** the tokens of the words of a text */
  terms(text: string, ofData?: boolean): Iterable<string>
  address(address: string): Buffer
}

export function tokeniser(index: BlindIndex): Tokeniser {
  return { terms: (text) => termTokens(index, wordsOf(text)), address: (address) => addressToken(index, address) }
}

/** @param personal what of the document is whose; what is of nobody we know need not be named */
export function indexTokens(
  tokeniser: Tokeniser,
  event: UnsequencedEvent,
  document: OcsfEvent,
  personal: readonly PersonalField[],
): IndexTokens {
  const owned = personal.filter(({ subject }) => subject !== null)
  const terms = termsOf(
    event,
    owned.map(({ pointer, subject }) => ({ subject, value: valueAt(document, pointer) })),
    (text, ofData) => tokeniser.terms(text, ofData),
  )
  const { address } = event.source
  const token = address === null ? null : tokeniser.address(address)
  const addressOf = owned.find(({ pointer }) => addressPointers.has(pointer))?.subject ?? null
  const shared = { address: addressOf === null ? token : null, terms: terms.shared }
  const subjects = new Set(owned.flatMap(({ subject }) => subject ?? []))
  const bySubject = new Map(
    [...subjects].map((subject): [string, Tokens] => [
      subject,
      {
        address: addressOf === subject ? token : null,
        terms: terms.bySubject.get(subject) ?? [],
      },
    ]),
  )
  return {
    shared,
    bySubject,
    get text() {
      return tokensText([['', shared], ...bySubject])
    },
  }
}

/** The tokens of an event as one text: the shared ones under no name. */
export function tokensText(tokens: readonly (readonly [subject: string, Tokens])[]): string {
  return JSON.stringify(
    tokens
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([subject, { address, terms }]) => [subject, address?.toString('hex') ?? null, terms.toSorted()]),
  )
}
