import { rangesOf } from '../bytes.ts'
import { lengthsOf } from '../parse/lengths.ts'
import type { Assertion, Node } from '../parse/node.ts'
import { parse } from '../parse/parse.ts'
import type { Flags } from '../types.ts'

/**
 * The same pattern for JavaScript's own engine, as another witness: what we parsed, written down without anything that means something else there
 * (no flags, classes of code units only).
 */
export function forJavaScript(source: string, flags: Flags = {}): RegExp {
  return new RegExp(write(parse(source, flags).root))
}

/**
 * Whether JavaScript prefers the same match. It skips a turn of a loop that matches nothing, where PCRE ends the loop (ECMA-262, 22.2.2.3.1
 * RepeatMatcher, step 2.b).
 */
export function prefersAlike(node: Node): boolean {
  switch (node.kind) {
    case 'sequence':
    case 'choice':
      return node.items.every(prefersAlike)
    case 'group':
      return prefersAlike(node.item)
    case 'repeat':
      return lengthsOf(node.item).min > 0 && prefersAlike(node.item)
    default:
      return true
  }
}

const assertions: Readonly<Record<Assertion, string>> = {
  'text-start': '(?<![^])',
  'text-end': '(?![^])',
  'text-end-newline': '(?=\\n?(?![^]))',
  'line-start': '(?:(?<![^])|(?<=\\n)(?=[^]))',
  'line-end': '(?=\\n|(?![^]))',
  'word-boundary': '\\b',
  'not-word-boundary': '\\B',
}

function write(node: Node): string {
  switch (node.kind) {
    case 'empty':
      return '(?:)'
    case 'set':
      return `[${rangesOf(node.set)
        .map(([first, last]) => `${hex(first)}-${hex(last)}`)
        .join('')}]`
    case 'assertion':
      return assertions[node.assertion]
    case 'sequence':
      return node.items.map(write).join('')
    case 'choice':
      return `(?:${node.items.map(write).join('|')})`
    case 'group':
      return `(${write(node.item)})`
    default: {
      const count = node.max === Infinity ? `${node.min},` : `${node.min},${node.max}`
      return `(?:${write(node.item)}){${count}}${node.lazy ? '?' : ''}`
    }
  }
}

function hex(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`
}
