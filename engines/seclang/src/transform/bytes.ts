/** Value of a hexadecimal digit by its code, -1 where it is none. */
export const HEX: Int8Array = (() => {
  const table = new Int8Array(256).fill(-1)
  for (let digit = 0; digit < 10; digit++) table[48 + digit] = digit
  for (let digit = 10; digit < 16; digit++) {
    table[55 + digit] = digit
    table[87 + digit] = digit
  }
  return table
})()

/** The byte of two hexadecimal digits at a place, -1 where there are none. */
export function hexByte(text: string, at: number): number {
  if (at + 1 >= text.length) return -1
  const high = HEX[text.charCodeAt(at)] ?? -1
  const low = HEX[text.charCodeAt(at + 1)] ?? -1
  return high < 0 || low < 0 ? -1 : high * 16 + low
}

/** A code point as UTF-8, one character a byte; U+FFFD for what is none. */
export function utf8(point: number): string {
  if (point < 0x80) return String.fromCharCode(point)
  if (point < 0x800) return String.fromCharCode(0xc0 | (point >> 6), 0x80 | (point & 63))
  if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) return '\xef\xbf\xbd'
  if (point < 0x10000) return String.fromCharCode(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63))
  return String.fromCharCode(
    0xf0 | (point >> 18),
    0x80 | ((point >> 12) & 63),
    0x80 | ((point >> 6) & 63),
    0x80 | (point & 63),
  )
}

/** The byte that an escape of 16 bits stands for: full-width forms are the ASCII that they look like, else the low byte. */
export function narrow(unit: number): string {
  return String.fromCharCode(unit >= 0xff01 && unit <= 0xff5e ? unit - 0xfee0 : unit & 0xff)
}

/** ASCII alone: `toLowerCase` would change U+00C0 to U+00DE, which are bytes of UTF-8 here. */
export function lower(text: string): string {
  if (!/[\xc0-\xde]/.test(text)) return text.toLowerCase()
  return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase())
}
