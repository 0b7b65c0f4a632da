import { utf8 } from './bytes.ts'

/** The named references that stand for ASCII, and the no-break space. HTML Living Standard, 13.5. */
const NAMED: ReadonlyMap<string, string> = new Map(
  Object.entries({
    Tab: '\t',
    NewLine: '\n',
    excl: '!',
    quot: '"',
    num: '#',
    dollar: '$',
    percnt: '%',
    amp: '&',
    apos: "'",
    lpar: '(',
    rpar: ')',
    ast: '*',
    midast: '*',
    plus: '+',
    comma: ',',
    period: '.',
    sol: '/',
    colon: ':',
    semi: ';',
    lt: '<',
    equals: '=',
    gt: '>',
    quest: '?',
    commat: '@',
    lsqb: '[',
    lbrack: '[',
    bsol: '\\',
    rsqb: ']',
    rbrack: ']',
    Hat: '^',
    lowbar: '_',
    UnderBar: '_',
    grave: '`',
    DiacriticalGrave: '`',
    lcub: '{',
    lbrace: '{',
    verbar: '|',
    vert: '|',
    VerticalLine: '|',
    rcub: '}',
    rbrace: '}',
    nbsp: '\xc2\xa0',
    NonBreakingSpace: '\xc2\xa0',
  }),
)

/** References that older documents wrote without a semicolon, in either case of all letters. */
const BARE: ReadonlyMap<string, string> = new Map(
  Object.entries({ quot: '"', QUOT: '"', amp: '&', AMP: '&', lt: '<', LT: '<', gt: '>', GT: '>', nbsp: '\xc2\xa0' }),
)

/** What a browser makes of the numbers 0x80 to 0x9F (HTML Living Standard, 13.2.5.80): Windows-1252. */
const WINDOWS = [
  0x20ac, 0x81, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0x8d, 0x17d, 0x8f,
  0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0x9d, 0x17e, 0x178,
]

/** As a browser reads text: numbers with and without a semicolon, names that stand for ASCII. Others than ASCII as UTF-8. */
export function htmlEntityDecode(text: string): string {
  if (!text.includes('&')) return text
  return text.replaceAll(
    /&(?:#[xX]([0-9a-fA-F]+);?|#([0-9]+);?|(?:([A-Za-z]{2,16});)|(quot|QUOT|amp|AMP|lt|LT|gt|GT|nbsp))/g,
    (whole: string, hex?: string, decimal?: string, name?: string, bare?: string) => {
      if (hex !== undefined) return character(Number.parseInt(hex, 16))
      if (decimal !== undefined) return character(Number(decimal))
      if (bare !== undefined) return BARE.get(bare) ?? whole
      return named(name ?? '') ?? whole
    },
  )
}

function named(name: string): string | undefined {
  const found = NAMED.get(name) ?? BARE.get(name)
  if (found !== undefined) return found
  // `&ltscript;`: what follows a name that needs no semicolon is text.
  const bare = /^(?:quot|QUOT|amp|AMP|lt|LT|gt|GT|nbsp)/.exec(name)?.[0]
  return bare === undefined ? undefined : `${BARE.get(bare) ?? ''}${name.slice(bare.length)};`
}

function character(point: number): string {
  if (point === 0) return utf8(0xfffd)
  return utf8(point >= 0x80 && point < 0xa0 ? (WINDOWS[point - 0x80] ?? point) : point)
}
