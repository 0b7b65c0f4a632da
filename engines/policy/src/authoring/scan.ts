/** How deep brackets may be nested in a policy or a schema: well below what the parser's stack holds. */
export const NESTING_LIMIT = 40

/** A piece of text by UTF-16 offsets, the end exclusive. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** What a text looks like to a reader who knows only comments, strings, brackets, numbers and semicolons. */
export interface Scan {
  /** Where the brackets first are nested too deeply. */
  readonly tooDeep: Span | null
  /** The statements: each up to and with its semicolon outside brackets; what follows the last one too, when it is not blank. */
  readonly statements: readonly Span[]
  /** The integer literals that a JSON number does not hold exactly. */
  readonly inexact: readonly Span[]
  /** Whether it names `?principal` or another slot, as templates do. */
  readonly hasSlots: boolean
}

const TOKEN = /\/\/[^\n]*|"(?:[^"\\]|\\[^])*"?|\??[A-Za-z_][A-Za-z0-9_]*|[0-9]+|[()[\]{};]|\s+|[^]/gy

/** Reads a policy or schema text once, in linear time. */
export function scan(text: string): Scan {
  const statements: Span[] = []
  const inexact: Span[] = []
  let tooDeep: Span | null = null
  let hasSlots = false
  let depth = 0
  let start: number | undefined
  let end = 0
  for (const match of text.matchAll(TOKEN)) {
    const [token] = match
    const at = match.index
    if (token.startsWith('//') || token.trim() === '') continue
    start ??= at
    end = at + token.length
    if (token === '(' || token === '[' || token === '{') depth++
    else if (token === ')' || token === ']' || token === '}') depth--
    else if (token === ';' && depth <= 0) {
      statements.push({ start, end })
      start = undefined
      depth = 0
    } else if (token.startsWith('?')) hasSlots = true
    else if (isInexact(token)) inexact.push({ start: at, end })
    if (depth > NESTING_LIMIT) tooDeep ??= { start: at, end }
  }
  if (start !== undefined) statements.push({ start, end })
  return { tooDeep, statements, inexact, hasSlots }
}

function isInexact(token: string): boolean {
  return /^[0-9]{16,}$/.test(token) && !Number.isSafeInteger(Number(token))
}

/** The integer literals of a policy text that its JSON form would round. `parsePolicy` refuses a text that has any. */
export function inexactIntegers(text: string): string[] {
  return scan(text).inexact.map(({ start, end }) => text.slice(start, end))
}

/** The texts of the policies and templates that one text holds, as they are written: whether each is one, `parsePolicy` says. */
export function splitPolicies(text: string): string[] {
  return scan(text).statements.map(({ start, end }) => text.slice(start, end))
}
