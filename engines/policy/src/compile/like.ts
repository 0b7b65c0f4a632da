import { isObject } from '../shape.ts'
import type { Compilation } from './expression.ts'
import { type Code, predicate, string } from './run.ts'

/** `text like "a*b"`: the only wildcard is `*`, any text. Matched greedily piece by piece: no backtracking, whatever the pattern. */
export function compileLike(body: unknown, compilation: Compilation): Code {
  const { evaluate } = compilation.operand(body, 'left')
  const pieces = readPieces(compilation.body(body)['pattern'], compilation)
  return predicate((run) => matches(string(evaluate(run)), pieces))
}

/** The literal texts between the wildcards: `a*b` is [`a`, `b`], and one piece means that there is no wildcard. */
function readPieces(pattern: unknown, compilation: Compilation): readonly string[] {
  if (!Array.isArray(pattern)) return compilation.refuse('`pattern` must be a list')
  const pieces: string[] = []
  let piece = ''
  for (const element of pattern as unknown[]) {
    if (element === 'Wildcard') {
      pieces.push(piece)
      piece = ''
    } else if (isObject(element) && typeof element['Literal'] === 'string') {
      piece += element['Literal']
    } else {
      compilation.refuse('an element of a pattern is "Wildcard" or { "Literal": ... }')
    }
  }
  pieces.push(piece)
  return pieces
}

function matches(text: string, pieces: readonly string[]): boolean {
  const first = pieces[0] ?? ''
  const last = pieces[pieces.length - 1] ?? ''
  if (pieces.length === 1) return text === first
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false
  let at = first.length
  const end = text.length - last.length
  for (let index = 1; index < pieces.length - 1; index++) {
    const piece = pieces[index] ?? ''
    const found = text.indexOf(piece, at)
    if (found < 0 || found + piece.length > end) return false
    at = found + piece.length
  }
  return true
}
