/**
 * A text of Coraza's unit tests as bytes. JSON cannot hold all bytes, so they are written as Go writes them: `\u0000` in the text is
 * a NUL; a text with `\xHH` in it is the inside of a Go string where it can be one, else `\xHH` alone is read.
 */
export function goBytes(text: string): string {
  const bytes = Buffer.from(text.replaceAll('\\u0000', '\0'), 'utf8').toString('latin1')
  if (!bytes.includes('\\x')) return bytes
  return unquoted(bytes)
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
}

/** Go's strconv.Unquote, for what stands between double quotes; undefined where that is no string of Go. */
function unquoted(text: string): string {
  const whole = /^(?:[^"\\\n]|\\(?:[abfnrtv\\"]|x[0-9a-fA-F]{2}|[0-3][0-7]{2}))*$/.test(text)
  const escape = whole ? /\\(?:x([0-9a-fA-F]{2})|([0-3][0-7]{2})|([^]))/g : /\\x([0-9a-fA-F]{2})/g
  return text.replaceAll(escape, (all: string, hex?: string, octal?: unknown, letter?: unknown) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
    if (typeof octal === 'string') return String.fromCharCode(Number.parseInt(octal, 8))
    return typeof letter === 'string' ? (ESCAPES[letter] ?? all) : all
  })
}

/** Whether a text with `\x` in it is a string of Go: what a transformation of backslashes is given is not, and stays as it is. */
export function isGoString(text: string): boolean {
  return /^(?:[^"\\\n]|\\(?:[abfnrtv\\"]|x[0-9a-fA-F]{2}|[0-3][0-7]{2}))*$/.test(text.replaceAll('\\u0000', '\0'))
}
