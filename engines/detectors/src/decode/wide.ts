import type { Bytes } from '../types.ts'

/** What best-fit mappings of databases and of Windows code pages make of look-alikes of ASCII's quotes, brackets and slashes. */
const BEST_FIT: ReadonlyMap<string, string> = new Map([
  ['\xca\xb9', "'"],
  ['\xca\xba', '"'],
  ['\xca\xbc', "'"],
  ['\xcb\x88', "'"],
  ['\xe2\x80\xb2', "'"],
  ['\xe2\x80\xb3', '"'],
  ['\xe2\x81\x84', '/'],
  ['\xe2\x88\x95', '/'],
  ['\xe2\x88\x96', '\\'],
  ['\xe2\x8c\xa9', '<'],
  ['\xe2\x8c\xaa', '>'],
  ['\xe3\x80\x80', ' '],
  ['\xe3\x80\x88', '<'],
  ['\xe3\x80\x89', '>'],
])

/**
 * Fullwidth forms (U+FF01 to U+FF5E, in UTF-8) as the ASCII that compatibility normalisation (UAX 15, NFKC) makes of them, and
 * best-fit look-alikes. Typographic quotes (U+2018 to U+201D) are left: they are in everybody's prose, and no mapping that
 * databases apply turns them into quotes.
 */
export function foldWide(text: Bytes): Bytes {
  return text.replace(
    /\xef\xbc[\x81-\xbf]|\xef\xbd[\x80-\x9e]|\xca[\xb9\xba\xbc]|\xcb\x88|\xe2(?:\x80[\xb2\xb3]|\x81\x84|\x88[\x95\x96]|\x8c[\xa9\xaa])|\xe3\x80[\x80\x88\x89]/g,
    (sequence) => {
      const fit = BEST_FIT.get(sequence)
      if (fit !== undefined) return fit
      const point = ((sequence.charCodeAt(1) & 0x3f) << 6) | (sequence.charCodeAt(2) & 0x3f)
      return String.fromCharCode(point - 0xf00 + 0x20)
    },
  )
}
