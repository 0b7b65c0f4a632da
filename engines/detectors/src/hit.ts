import type { Hit } from './types.ts'

/** What a pattern of a grammar matched, as a hit; null where it did not. */
export function hitOf(match: RegExpExecArray | null, kind: string, context: string, why: string): Hit | null {
  if (match === null) return null
  return { class: kind, context, start: match.index, end: match.index + Math.max(1, match[0].length), why }
}

/** A hit that is the value as a whole. */
export function wholeHit(value: string, kind: string, context: string, why: string): Hit {
  return { class: kind, context, start: 0, end: value.length, why }
}
