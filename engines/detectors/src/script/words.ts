/** Words that head a statement or an operand: what follows is an operand again. ECMA-262, 12.7.2, and the like of PHP, Python and Java. */
export const HEADS: ReadonlySet<string> = new Set(
  (
    'typeof void delete new return throw await yield case else do try finally var let const import export async ' +
    'default extends echo print static public private protected final global not goto'
  ).split(' '),
)

/** Words whose parentheses are a head and no call, and which a statement follows. */
export const HEADED: ReadonlySet<string> = new Set(
  'if while for with switch catch function elseif foreach until'.split(' '),
)

/** Words that stand between two operands. */
export const BETWEEN: ReadonlySet<string> = new Set('in instanceof of and or xor'.split(' '))

/** The punctuators that stand between two operands, longest first. ECMA-262, 12.8. */
const OPERATORS = [
  '>>>=',
  '===',
  '!==',
  '**=',
  '<<=',
  '>>=',
  '>>>',
  '&&=',
  '||=',
  '??=',
  '<=>',
  '=>',
  '==',
  '!=',
  '<=',
  '>=',
  '<>',
  '&&',
  '||',
  '??',
  '++',
  '--',
  '+=',
  '-=',
  '*=',
  '/=',
  '%=',
  '&=',
  '|=',
  '^=',
  '.=',
  ':=',
  '<<',
  '>>',
  '**',
  '+',
  '-',
  '*',
  '/',
  '%',
  '=',
  '<',
  '>',
  '&',
  '|',
  '^',
  '?',
  ':',
  '~',
  '!',
] // prettier-ignore

/** The operator that stands at a place, or the empty string. */
export function operatorAt(value: string, at: number): string {
  return OPERATORS.find((each) => value.startsWith(each, at)) ?? ''
}

/** Letters, digits, `_`, `$`, and whatever is not ASCII. */
export function isWord(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x5f ||
    code === 0x24 ||
    code >= 0x80
  )
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

export function isBlank(code: number): boolean {
  return code <= 0x20 || code === 0xa0 || code === 0x2028 || code === 0x2029 || code === 0xfeff
}

/** Past the end of a string literal that begins at `at`; `closed` is false where the text ends before it does. */
export function endOfString(value: string, at: number): { end: number; closed: boolean } {
  const quote = value.charCodeAt(at)
  for (let i = at + 1; i < value.length; i++) {
    const code = value.charCodeAt(i)
    if (code === 0x5c) i++
    else if (code === quote) return { end: i + 1, closed: true }
  }
  return { end: value.length, closed: false }
}
