/** A part of a text, `end` not included, and what takes its place. */
export interface Span {
  readonly start: number
  readonly end: number
  readonly marker: string
}

const KNOWN_CARD = '[redacted:card ****'

/**
 * Replaces the spans. Those that overlap become one, under the marker of the longest (of equals: the first that was
 * found).
 */
export function replaceSpans(text: string, spans: readonly Span[]): string {
  const sorted = spans.toSorted((a, b) => a.start - b.start)
  let result = ''
  let at = 0
  for (let index = 0; index < sorted.length; ) {
    let longest = sorted[index]
    if (longest === undefined) break
    const { start } = longest
    let { end } = longest
    let known = longest.marker.startsWith(KNOWN_CARD) ? longest.marker : undefined
    for (index += 1; index < sorted.length; index += 1) {
      const next = sorted[index]
      if (next === undefined || next.start >= end) break
      end = Math.max(end, next.end)
      if (next.end - next.start > longest.end - longest.start) longest = next
      if (next.marker.startsWith(KNOWN_CARD)) known = next.marker
    }
    // The field of a card number, and the number found in it: the second says more.
    const marker = known !== undefined && longest.marker === '[redacted:card]' ? known : longest.marker
    result += text.slice(at, start) + marker
    at = end
  }
  return result + text.slice(at)
}
