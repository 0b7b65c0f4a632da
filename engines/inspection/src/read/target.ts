import { hasBrokenEscape, percentDecode, textOf } from './bytes.ts'
import type { Report } from './problem.ts'

export interface Target {
  readonly path: string
  /** Without its question mark; null where there is none. */
  readonly query: string | null
}

/** `/` and `\`, and control characters. */
const HIDDEN_SEPARATOR = /%(?:2[fF]|5[cC])/
const HIDDEN_CONTROL = /%(?:[01][0-9A-Fa-f]|7[fF])/
const DOT_SEGMENT = /(?:^|[/\\])\.{1,2}(?:[/\\;]|$)/
const PARAMETERS = /;[^/]*/g
/** How often a chain of servers may decode a path. */
const DECODINGS = 3

/**
 * Splits the target of a request (RFC 9112, section 3.2.1), and reports every path that is another one to another program: dot segments and
 * separators in disguise, empty segments, broken escapes.
 */
export function readTarget(target: string, report: Report): Target {
  const mark = target.indexOf('?')
  const path = mark < 0 ? target : target.slice(0, mark)
  const problem = pathProblem(path)
  if (problem !== null) report({ code: 'target_ambiguous', place: 'path', name: '', by: problem[0], why: problem[1] })
  return { path, query: mark < 0 ? null : target.slice(mark + 1) }
}

function pathProblem(path: string): readonly [by: string, why: string] | null {
  if (!path.startsWith('/')) return ['origin-form', 'the target does not begin with a slash']
  if (/[^\x21-\x7e]/.test(path)) return ['unescaped', 'the path holds a character that must be percent-encoded']
  if (path.includes('#')) return ['fragment', 'a request target has no fragment']
  if (path.includes('\\')) return ['backslash', 'some servers read a backslash as a slash']
  if (path.includes('//')) return ['empty-segment', 'some servers drop empty segments']
  if (DOT_SEGMENT.test(path)) return ['dot-segment', 'the path has a dot segment']
  if (path.includes(';') && DOT_SEGMENT.test(path.replaceAll(PARAMETERS, ''))) {
    return ['dot-segment', 'the path has a dot segment where parameters are cut off']
  }
  return path.includes('%') ? escapedProblem(path) : null
}

function escapedProblem(path: string): readonly [by: string, why: string] | null {
  if (hasBrokenEscape(path)) return ['broken-escape', 'a percent sign begins no escape']
  if (HIDDEN_CONTROL.test(path)) return ['control', 'the path holds an encoded control character']
  if (HIDDEN_SEPARATOR.test(path)) return ['encoded-separator', 'some servers read an encoded slash as a slash']
  if (textOf(percentDecode(path)) === null) return ['not-utf8', 'the escapes of the path are not UTF-8']
  let decoded = path
  for (let round = 0; round < DECODINGS; round++) {
    const next = percentDecode(decoded)
    if (next === decoded) break
    decoded = next
    const bare = decoded.replaceAll(PARAMETERS, '')
    if (DOT_SEGMENT.test(decoded) || DOT_SEGMENT.test(bare)) return ['dot-segment', 'an encoded dot segment']
    if (round > 0 && /[/\\\0]/.test(differing(path, decoded))) {
      return ['encoded-separator', 'a separator or NUL that is encoded twice']
    }
  }
  return null
}

/** What decoding has added: the characters that did not stand in the path as it came, where their number grew. */
function differing(path: string, decoded: string): string {
  return ['/', '\\', '\0'].filter((character) => count(decoded, character) > count(path, character)).join('')
}

const count = (text: string, character: string): number => text.split(character).length - 1
