/**
 * Blanks out what is no code: comments and the insides of strings, templates and plain regular expressions, with spaces,
 * so that every offset and line stays where it was. Enough to find a call and not its mention in a comment.
 */
export function mask(source: string): string {
  let masked = ''
  let at = 0
  while (at < source.length) {
    const end = endOfForeign(source, at)
    if (end === at) {
      masked += source[at]
      at += 1
    } else {
      masked += blank(source.slice(at, end))
      at = end
    }
  }
  return masked
}

/** @returns where the comment or literal that begins here ends, or `at` when none does */
function endOfForeign(source: string, at: number): number {
  const two = source.slice(at, at + 2)
  if (two === '//') return until(source, at, /\r?\n|$/g)
  if (two === '/*') return after(source, at + 2, '*/')
  const character = source[at] ?? ''
  if (character === "'" || character === '"' || character === '`') return endOfString(source, at, character)
  if (character === '/' && beginsPattern(source, at)) return endOfString(source, at, '/')
  return at
}

/** A slash after a value divides; anywhere else it begins a regular expression. */
function beginsPattern(source: string, at: number): boolean {
  return /(?:^|[=(,:;!&|?{}\n[]|\breturn)[ \t]*$/.test(source.slice(Math.max(0, at - 80), at))
}

function endOfString(source: string, at: number, quote: string): number {
  for (let position = at + 1; position < source.length; position += 1) {
    const character = source[position]
    if (character === '\\') position += 1
    else if (character === quote) return position + 1
    else if (character === '\n' && quote !== '`') return position // not closed: the file is broken, or it was no literal
  }
  return source.length
}

/** Quotes stay, so that a specifier can still be seen as one; line ends stay, so that lines do. */
function blank(text: string): string {
  const [first = ''] = text
  const last = text.length > 1 && text.endsWith(first) ? first : ''
  const kept = first === '/' ? [' ', last === '' ? '' : ' '] : [first, last]
  return `${kept[0]}${text.slice(1, text.length - last.length).replace(/[^\r\n]/g, ' ')}${kept[1]}`
}

function until(source: string, from: number, pattern: RegExp): number {
  pattern.lastIndex = from
  return pattern.exec(source)?.index ?? source.length
}

function after(source: string, from: number, end: string): number {
  const found = source.indexOf(end, from)
  return found < 0 ? source.length : found + end.length
}
