import type { Input, PhraseSet, Span } from './types.ts'

/** @param options.ignoreCase ASCII letters; default true */
export function createPhraseSet(
  phrases: readonly string[],
  options: { readonly ignoreCase?: boolean } = {},
): PhraseSet {
  const fold = (text: string) => (options.ignoreCase === false ? text : text.toLowerCase())
  const folded = phrases.map(fold)
  const find = (input: Input): (Span & { readonly phrase: number }) | undefined => {
    const text = fold(typeof input === 'string' ? input : String.fromCharCode(...input))
    const hits = folded.flatMap((phrase, n) => {
      const start = text.indexOf(phrase)
      return start < 0 ? [] : [{ start, end: start + phrase.length, phrase: n }]
    })
    return hits.toSorted((a, b) => a.end - b.end || a.start - b.start)[0]
  }
  return { phrases, find, test: (input) => find(input) !== undefined }
}
