import { utf8 } from '../classes.ts'
import type { Bytes } from '../types.ts'

const BLANKS: Readonly<Record<string, string>> = { n: '\n', r: '\r' }
/** A path of Windows, whose names begin with any letter. */
const DRIVE = /[A-Za-z]:\\/
const BARE_QUOTE = /(?:^|[^\\])['"]/

/**
 * Escapes of JSON, JavaScript and Python that a second parser resolves: `\uXXXX`, `\u{X}`, `\xXX`, line ends, and quotes, as `stripslashes`
 * of PHP does, too (where all quotes are escaped: what added slashes left none). Any other backslash stays.
 */

export function decodeEscapes(text: Bytes): Bytes {
  if (!text.includes('\\')) return text
  const paths = DRIVE.test(text)
  const quotes = !BARE_QUOTE.test(text)
  return text.replace(
    /\\(?:u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]{1,6})\}|x([0-9A-Fa-f]{2})|(['"])|([nr]))/g,
    (whole, unit?: string, point?: string, byte?: string, quote?: string, blank?: string) => {
      if (blank !== undefined) return paths ? whole : (BLANKS[blank] ?? whole)
      if (quote !== undefined) return quotes ? quote : whole
      const code = Number.parseInt((unit ?? point ?? byte) as string, 16)
      return code <= 0x10ffff ? utf8(code) : whole
    },
  )
}
