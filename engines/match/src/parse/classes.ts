import { allBytes, type ByteSet, complement, setOf, union } from '../bytes.ts'

const of = (text: string): number => text.charCodeAt(0)
const digit = setOf([of('0'), of('9')])
const lower = setOf([of('a'), of('z')])
const upper = setOf([of('A'), of('Z')])
const alpha = union(lower, upper)
/** ASCII blanks with the vertical tab: PCRE since 8.34. RE2 leaves the vertical tab out. */
const space = setOf([9, 13], 32)
export const wordBytes: ByteSet = union(alpha, digit, setOf(of('_')))
export const newline: ByteSet = setOf(10)
export const notNewline: ByteSet = complement(newline)
/** pcre2pattern(3), "Generic character types": what of \h and \v lies below 256 */
const horizontal = setOf(9, 32, 0xa0)
const vertical = setOf([10, 13], 0x85)
export const verticalButCarriageReturn: ByteSet = setOf([10, 12], 0x85)

/** What `\d` and its kin stand for, inside of a class and outside. `\v` is PCRE's: all vertical blanks, where RE2 means the vertical tab alone. */
export const escapedClasses: ReadonlyMap<string, ByteSet> = new Map([
  ['d', digit],
  ['D', complement(digit)],
  ['w', wordBytes],
  ['W', complement(wordBytes)],
  ['s', space],
  ['S', complement(space)],
  ['h', horizontal],
  ['H', complement(horizontal)],
  ['v', vertical],
  ['V', complement(vertical)],
])

const graph = setOf([0x21, 0x7e])

/** pcre2pattern(3), "POSIX character classes", in the C locale; `word` is Perl's */
export const posixClasses: ReadonlyMap<string, ByteSet> = new Map([
  ['alnum', union(alpha, digit)],
  ['alpha', alpha],
  ['ascii', setOf([0, 127])],
  ['blank', setOf(9, 32)],
  ['cntrl', setOf([0, 31], 127)],
  ['digit', digit],
  ['graph', graph],
  ['lower', lower],
  ['print', setOf([0x20, 0x7e])],
  ['punct', setOf([0x21, 0x2f], [0x3a, 0x40], [0x5b, 0x60], [0x7b, 0x7e])],
  ['space', space],
  ['upper', upper],
  ['word', wordBytes],
  ['xdigit', setOf([of('0'), of('9')], [of('a'), of('f')], [of('A'), of('F')])],
])

export const anyByte: ByteSet = allBytes
