import { narrow } from './bytes.ts'

/** Signs that Windows maps to ASCII that looks alike, where no decomposition of Unicode says so. */
const SIGNS: ReadonlyMap<number, string> = new Map(
  Object.entries({
    ' ': [0xa0, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x3000],
    '!': [0xa1, 0x1c3],
    '"': [0x201c, 0x201d, 0x201e, 0x2033, 0x2ba, 0x30e, 0x301d, 0x301e],
    "'": [0xb4, 0x2018, 0x2019, 0x201b, 0x2032, 0x2b9, 0x2bc, 0x2c8, 0x301],
    '*': [0x2217],
    ',': [0xb8, 0x201a, 0x327],
    '-': [0xad, 0x2010, 0x2011, 0x2013, 0x2014, 0x2212],
    '.': [0xb7, 0x2024],
    '/': [0x2044, 0x2215],
    ':': [0x2236, 0x589],
    '<': [0xab, 0x2039, 0x2329, 0x3008],
    '>': [0xbb, 0x203a, 0x232a, 0x3009],
    '\\': [0x2216],
    '^': [0x2c4, 0x2c6, 0x2303, 0x302],
    _: [0x2017, 0x2cd, 0x331, 0x332],
    '`': [0x2035, 0x2cb, 0x300],
    '|': [0xa6, 0x1c0, 0x2223, 0x2758],
    '~': [0x223c, 0x2dc, 0x303],
    C: [0xa9],
    R: [0xae],
    Y: [0xa5],
    c: [0xa2],
    $: [0xa4],
  }).flatMap(([ascii, points]) => points.map((point) => [point, ascii] as const)),
)

/** What the units below U+0250 become: letters lose their accents. */
const LATIN: readonly string[] = Array.from({ length: 0x250 }, (_, unit) => {
  if (unit < 0x80) return String.fromCharCode(unit)
  const [base = ''] = String.fromCharCode(unit).normalize('NFKD')
  return SIGNS.get(unit) ?? (unit >= 0xa0 && /[0-9A-Za-z]/.test(base) ? base : narrow(unit))
})

/**
 * The one byte that a 16-bit unit becomes where a server maps Unicode to ASCII by likeness (Windows code page 20127, ModSecurity's
 * SecUnicodeMapFile): letters lose their accents, full-width forms their width. Other units keep their low byte.
 */
export function bestFit(unit: number): string {
  return LATIN[unit] ?? SIGNS.get(unit) ?? narrow(unit)
}
