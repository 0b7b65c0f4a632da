import type { Finding, Position } from '../api/types.ts'

export type TokenKind = 'word' | 'string' | 'comment' | 'plain'

/** A stretch of text with one look: its token's kind, and the finding that covers it, if any. */
export interface Segment {
  readonly text: string
  readonly kind: TokenKind
  readonly mark: Finding['severity'] | null
}

// One alternative per kind. Linear: none of them can be entered twice at one place.
const TOKENS =
  /(?<comment>\/\/[^\n]*)|(?<string>"(?:[^"\\\n]|\\.)*"?)|(?<word>\b(?:permit|forbid|when|unless|in|has|like|is|if|then|else|true|false|principal|action|resource|context|entity|type|namespace|appliesTo|enum|tags)\b)/gu

/** Cuts Cedar text (a policy or a schema) into segments whose texts, joined, are the text again. */
export function segmentsOf(text: string, findings: readonly Finding[]): readonly Segment[] {
  const kinds = tokensOf(text)
  const marks = findings.flatMap(({ severity, start, end }) =>
    start === null || end === null ? [] : [{ severity, ...rangeOf(text, start, end) }],
  )
  const cuts = new Set([0, text.length])
  for (const { start, end } of [...kinds, ...marks]) {
    cuts.add(start)
    cuts.add(end)
  }
  const sorted = [...cuts].toSorted((a, b) => a - b)
  return sorted.slice(0, -1).map((start, index) => {
    const covering = marks.filter((mark) => mark.start <= start && start < mark.end)
    return {
      text: text.slice(start, sorted[index + 1]),
      kind: kinds.find((token) => token.start <= start && start < token.end)?.kind ?? 'plain',
      mark: covering.some(({ severity }) => severity === 'error') ? 'error' : covering.length > 0 ? 'warning' : null,
    }
  })
}

/** The offset in `text` of a line and column that count from 1; what lies outside is moved to the nearest place inside. */
export function offsetOf(text: string, line: number, column: number): number {
  const lines = text.split('\n')
  const row = Math.min(Math.max(line, 1), lines.length) - 1
  const before = lines.slice(0, row).reduce((sum, each) => sum + each.length + 1, 0)
  return before + Math.min(Math.max(column, 1) - 1, lines[row]?.length ?? 0)
}

/** The range of a finding, at least one character wide so that it can be seen. */
function rangeOf(text: string, start: Position, end: Position): { readonly start: number; readonly end: number } {
  const from = offsetOf(text, start.line, start.column)
  const to = offsetOf(text, end.line, end.column)
  if (to > from) return { start: from, end: to }
  return from < text.length && text[from] !== '\n'
    ? { start: from, end: from + 1 }
    : { start: Math.max(0, from - 1), end: from }
}

function tokensOf(text: string): readonly { readonly start: number; readonly end: number; readonly kind: TokenKind }[] {
  return [...text.matchAll(TOKENS)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    kind:
      match.groups?.['comment'] !== undefined ? 'comment' : match.groups?.['string'] !== undefined ? 'string' : 'word',
  }))
}

/**
 * The names of the actions and entity types that a Cedar schema declares, in order, to suggest while typing. A reading for suggestions
 * only: it knows the declarations' first words, not the grammar.
 */
export function declaredIn(schema: string): {
  readonly actions: readonly string[]
  readonly entities: readonly string[]
} {
  const code = schema.replace(/\/\/[^\n]*/gu, '')
  return { actions: namesAfter(code, 'action'), entities: namesAfter(code, 'entity') }
}

function namesAfter(code: string, keyword: 'action' | 'entity'): readonly string[] {
  const declaration = new RegExp(
    String.raw`\b${keyword}\s+((?:"(?:[^"\\]|\\.)*"|\w+)(?:\s*,\s*(?:"(?:[^"\\]|\\.)*"|\w+))*)`,
    'gu',
  )
  const names = [...code.matchAll(declaration)].flatMap((match) =>
    [...(match[1] ?? '').matchAll(/"((?:[^"\\]|\\.)*)"|(\w+)/gu)].map((name) => name[1] ?? name[2] ?? ''),
  )
  return [...new Set(names)]
}
