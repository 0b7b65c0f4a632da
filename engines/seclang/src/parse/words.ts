import { SecLangError } from '../error.ts'
import type { Directive } from './syntax.ts'
import type { LogicalLine } from './lines.ts'

/** A directive and its words. Within double quotes `\"` is a quote; every other backslash stays: it belongs to the regex. */
export function readDirective({ place, text }: LogicalLine): Directive {
  const words: string[] = []
  let at = 0
  while (at < text.length) {
    const character = text.charAt(at)
    if (isBlank(character)) {
      at++
    } else if (character === '"') {
      const end = closingQuote(text, at + 1)
      if (end < 0) throw new SecLangError('syntax', 'a quote is not closed', place.file, place.line)
      words.push(text.slice(at + 1, end).replaceAll('\\"', '"'))
      at = end + 1
    } else {
      const start = at
      while (at < text.length && !isBlank(text.charAt(at))) at++
      words.push(text.slice(start, at))
    }
  }
  const [name = '', ...rest] = words
  return { place, name, words: rest }
}

function closingQuote(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '"') return at
  }
  return -1
}

function isBlank(character: string): boolean {
  return character === ' ' || character === '\t'
}
