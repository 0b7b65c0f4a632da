import { utf8 } from '../classes.ts'
import type { Bytes } from '../types.ts'

/** Those names that stand for ASCII (HTML, section 13.5); the others mean nothing to a parser of code. */
const NAMED: ReadonlyMap<string, string> = new Map(
  Object.entries({
    amp: '&',
    apos: "'",
    ast: '*',
    bsol: '\\',
    colon: ':',
    comma: ',',
    commat: '@',
    dollar: '$',
    equals: '=',
    excl: '!',
    grave: '`',
    gt: '>',
    hat: '^',
    lbrace: '{',
    lbrack: '[',
    lcub: '{',
    lowbar: '_',
    lpar: '(',
    lsqb: '[',
    lt: '<',
    nbsp: ' ',
    newline: '\n',
    num: '#',
    percnt: '%',
    period: '.',
    plus: '+',
    quest: '?',
    quot: '"',
    rbrace: '}',
    rbrack: ']',
    rcub: '}',
    rpar: ')',
    rsqb: ']',
    semi: ';',
    sol: '/',
    tab: '\t',
    verbar: '|',
    vert: '|',
  }),
)

/** Character references of HTML and XML; the semicolon may be missing after a number, and after `lt`, `gt`, `amp`, `quot` (section 13.2.5.73). */
export function decodeEntities(text: Bytes): Bytes {
  if (!text.includes('&')) return text
  return text.replace(
    /&(?:#[xX]0*([0-9A-Fa-f]{1,6});?|#0*([0-9]{1,7});?|([A-Za-z]{2,8});|(lt|gt|amp|quot))/gi,
    (whole, hex?: string, decimal?: string, name?: string, short?: string) => {
      if (hex !== undefined) return character(Number.parseInt(hex, 16), whole)
      if (decimal !== undefined) return character(Number.parseInt(decimal, 10), whole)
      return NAMED.get((name ?? short ?? '').toLowerCase()) ?? whole
    },
  )
}

function character(point: number, otherwise: string): Bytes {
  return point <= 0x10ffff ? utf8(point) : otherwise
}
