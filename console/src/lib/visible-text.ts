/** A stretch of text as it is, or one character that would not be seen, or would move what stands around it. */
export interface Stretch {
  readonly text: string
  /** What is shown in place of the character: `U+202E`; null for text. */
  readonly sign: string | null
  /** What it is called, for the tooltip. */
  readonly name: string
}

const names: Readonly<Record<number, string>> = {
  0x00: 'null',
  0x09: 'tab',
  0x0a: 'line feed',
  0x0d: 'carriage return',
  0x1b: 'escape',
  0x7f: 'delete',
  0xa0: 'no-break space',
  0xad: 'soft hyphen',
  0x200b: 'zero width space',
  0x200c: 'zero width non-joiner',
  0x200d: 'zero width joiner',
  0x200e: 'left-to-right mark',
  0x200f: 'right-to-left mark',
  0x2028: 'line separator',
  0x2029: 'paragraph separator',
  0x202a: 'left-to-right embedding',
  0x202b: 'right-to-left embedding',
  0x202c: 'pop directional formatting',
  0x202d: 'left-to-right override',
  0x202e: 'right-to-left override',
  0x2066: 'left-to-right isolate',
  0x2067: 'right-to-left isolate',
  0x2068: 'first strong isolate',
  0x2069: 'pop directional isolate',
  0xfeff: 'byte order mark',
  0xfffd: 'what is no character',
}

/**
 * Controls, formats (the bidirectional ones of "Trojan Source", CVE-2021-42574, among them), private, unassigned and lone surrogates, and
 * every blank but the plain one.
 */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\u{FFFD}]|(?! )\p{Zs}/gu

/** Cuts what came from a client so that nothing of it is hidden: joined, `text` is the whole again. */
export function stretchesOf(text: string): readonly Stretch[] {
  const stretches: Stretch[] = []
  let from = 0
  for (const { 0: character, index } of text.matchAll(UNSEEN)) {
    if (index > from) stretches.push({ text: text.slice(from, index), sign: null, name: '' })
    const code = character.codePointAt(0) ?? 0
    const sign = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
    stretches.push({ text: character, sign, name: names[code] ?? 'a character that is not seen by itself' })
    from = index + character.length
  }
  if (from < text.length) stretches.push({ text: text.slice(from), sign: null, name: '' })
  return stretches
}

/**
 * Where a piece of evidence stands in a text.
 * @returns the parts before, of, and after it; null where it does not stand there
 */
export function around(text: string, piece: string): readonly [string, string, string] | null {
  const at = piece === '' ? -1 : text.indexOf(piece)
  return at < 0 ? null : [text.slice(0, at), piece, text.slice(at + piece.length)]
}
