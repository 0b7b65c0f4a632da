import type { DetailedError } from '@cedar-policy/cedar-wasm/nodejs'
import type { Span } from './scan.ts'

/** A place in a text: 1-based line, 1-based column and 0-based offset, both in UTF-16 units, as editors count. */
export interface Position {
  readonly line: number
  readonly column: number
  readonly offset: number
}

/** Something that is wrong, or doubtful, with a policy or a schema. */
export interface Finding {
  /** The policy's name, or null when it is the schema (or the whole text). */
  readonly policy: string | null
  readonly severity: 'error' | 'warning'
  readonly message: string
  /** What to do about it, when the parser has an idea. */
  readonly help: string | null
  readonly start: Position | null
  readonly end: Position | null
}

/** A text that findings are about, and which policy it is. */
export interface Source {
  readonly policy: string | null
  readonly text: string
}

/** A finding of our own. */
export function finding(
  { policy, text }: Source,
  message: string,
  span: Span | null,
  help: string | null = null,
): Finding {
  const [start, end] = span === null ? [null, null] : [positionAt(text, span.start), positionAt(text, span.end)]
  return { policy, severity: 'error', message, help, start, end }
}

/** What cedar-wasm says about a text, and about what is related to it. Its offsets are UTF-8 bytes. */
export function fromCedar(
  source: Source,
  errors: readonly DetailedError[],
  severity: Finding['severity'] = 'error',
): Finding[] {
  return errors.flatMap((error) => {
    const span = error.sourceLocations?.[0]
    const place = span === undefined ? null : fromBytes(source.text, span)
    const expected = span?.label ?? null
    const own = finding(source, plain(error.message), place, error.help ?? expected)
    return [{ ...own, severity }, ...fromCedar(source, error.related ?? [], severity)]
  })
}

/** Without what the reader knows already: which policy it is, and that it could not be parsed. */
function plain(message: string): string {
  return message
    .replace(
      /^(?:failed to parse (?:policy|template|schema)(?: with id `[^`]*`)? from string: |cannot parse input policies: )/,
      '',
    )
    .replace(/^error parsing schema: /, '')
    .replace(/^for (?:policy|template) `[^]*?`, /, '')
}

function fromBytes(text: string, { start, end }: Span): Span {
  return { start: offsetOfByte(text, start), end: offsetOfByte(text, end) }
}

/** The UTF-16 offset of a UTF-8 offset. */
function offsetOfByte(text: string, byte: number): number {
  let bytes = 0
  let offset = 0
  while (bytes < byte && offset < text.length) {
    const code = text.codePointAt(offset) ?? 0
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
    offset += code < 0x10000 ? 1 : 2
  }
  return offset
}

function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset)
  const lineStart = before.lastIndexOf('\n') + 1
  let line = 1
  for (let at = before.indexOf('\n'); at >= 0; at = before.indexOf('\n', at + 1)) line++
  return { line, column: offset - lineStart + 1, offset }
}
