import { marker } from './marker.ts'
import { scrubText } from './text.ts'

const LONGEST_MARKER = 32

/**
 * A scrubbed text of at most `longest` characters. What is cut off is cut between words, so that no half of a secret
 * is left.
 */
export function clipText(text: string, longest: number): string {
  let current = scrubText(text.length > longest * 2 ? cutBetweenWords(text, longest * 2) : text)
  // Where it is cut the rest may read otherwise than the whole, and a marker may be longer than what it stands for.
  for (let round = 0; current.length > longest; round += 1) {
    if (round === 4) return marker('unclear').slice(0, longest)
    current = scrubText(cutBeforeMarker(current, longest))
  }
  return current
}

function cutBetweenWords(text: string, longest: number): string {
  const cut = text.slice(0, longest)
  const space = cut.search(/\s\S{0,512}$/)
  return (space === -1 ? cut : cut.slice(0, space)).replace(/[0-9][0-9 .-]{0,24}$/, '')
}

function cutBeforeMarker(text: string, longest: number): string {
  const cut = text.slice(0, longest)
  const begin = cut.lastIndexOf('[redacted:')
  return begin === -1 || begin < longest - LONGEST_MARKER || cut.includes(']', begin) ? cut : cut.slice(0, begin)
}
