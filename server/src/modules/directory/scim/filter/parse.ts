import { ScimProblem } from '../problem.ts'
import { type Token, tokensOf } from './tokens.ts'
import { type AttributePath, type Filter, type Operator, operators, type Value } from './types.ts'

/** How deep groups may nest, and how many comparisons there may be. */
const deepest = 40
const mostTerms = 200

/**
 * Parses a filter by the whole grammar of RFC 7644, section 3.4.2.2. Beyond it, as Entra ID asks by it, a value path may
 * have a sub-attribute: `emails[type eq "work"].value eq "..."`.
 * @param schemas ids of the schemas that are known, since only by them one can tell where the id ends and the name begins
 * @throws ScimProblem invalidFilter
 */
export function parseFilter(text: string, schemas: readonly string[]): Filter {
  const parser = createParser(tokensOf(text, 'invalidFilter'), schemas, 'invalidFilter')
  const filter = parser.disjunction(0)
  parser.end()
  return filter
}

/**
 * Parses the path of a PATCH operation (RFC 7644, section 3.5.2).
 * @throws ScimProblem invalidPath; invalidFilter for what stands in brackets
 */
export function parsePath(text: string, schemas: readonly string[]): AttributePath {
  const parser = createParser(tokensOf(text, 'invalidPath'), schemas, 'invalidPath')
  const path = parser.path(0)
  parser.end()
  return path
}

interface Parser {
  disjunction(depth: number): Filter
  path(depth: number): AttributePath
  end(): void
}

function createParser(
  tokens: readonly Token[],
  schemas: readonly string[],
  type: 'invalidFilter' | 'invalidPath',
): Parser {
  let next = 0
  let terms = 0

  const peek = (): Token => tokens[next] ?? { is: 'end', text: '', at: 0 }
  const fail = (expected: string, { at } = peek()): never => {
    throw new ScimProblem(type, `At character ${at + 1}: ${expected}.`)
  }
  function take(is?: Token['is'], expected = ''): Token {
    const token = peek()
    if (is !== undefined && token.is !== is) fail(expected, token)
    next += 1
    return token
  }
  function takeWord(...words: readonly string[]): boolean {
    const { is, text } = peek()
    if (is !== 'word' || !words.includes(text.toLowerCase())) return false
    next += 1
    return true
  }
  function tooDeep(depth: number): void {
    if (depth > deepest) fail(`it nests deeper than ${deepest}`)
  }

  // `or` binds least, then `and`, then `not` (RFC 7644, section 3.4.2.2, table 5). Long chains are loops: no stack grows.
  function disjunction(depth: number): Filter {
    tooDeep(depth)
    let left = conjunction(depth)
    while (takeWord('or')) left = { is: 'or', left, right: conjunction(depth) }
    return left
  }

  function conjunction(depth: number): Filter {
    let left = term(depth)
    while (takeWord('and')) left = { is: 'and', left, right: term(depth) }
    return left
  }

  function term(depth: number): Filter {
    const following = tokens[next + 1]
    if (peek().text.toLowerCase() === 'not' && peek().is === 'word' && following?.is === '(') {
      next += 1
      return { is: 'not', of: group(depth) }
    }
    return peek().is === '(' ? group(depth) : comparison(depth)
  }

  function group(depth: number): Filter {
    take('(', 'a "(" is missing')
    const inner = disjunction(depth + 1)
    take(')', 'a ")" is missing')
    return inner
  }

  function comparison(depth: number): Filter {
    terms += 1
    if (terms > mostTerms) fail(`there are more than ${mostTerms} comparisons`)
    const path = attributePath(depth)
    if (takeWord('pr')) return { is: 'present', path }
    const operator = operatorAt(peek())
    if (operator === undefined) {
      if (path.where !== null && path.sub === null) return { is: 'some', path }
      return fail('an operator is missing: eq, ne, co, sw, ew, gt, ge, lt, le or pr')
    }
    next += 1
    return { is: 'compare', path, operator, value: value(take()) }
  }

  function attributePath(depth: number): AttributePath {
    const token = take('word', 'the name of an attribute is missing')
    const plain = split(token.text, schemas) ?? fail('this is no name of an attribute', token)
    if (peek().is !== '[') return { ...plain, where: null }
    if (plain.sub !== null || plain.name === '') fail('only an attribute itself has values to choose from')
    next += 1
    tooDeep(depth + 1)
    const where = disjunction(depth + 1)
    const closing = take(']', 'a "]" is missing')
    const { is, text, at } = peek()
    if (is !== 'word' || at !== closing.at + 1) return { ...plain, where }
    const sub = /^\.(\$?[a-z][\w-]*)$/i.exec(text)?.[1] ?? fail('the name of a sub-attribute is missing')
    next += 1
    return { ...plain, sub, where }
  }

  function value({ is, text, at }: Token): Value {
    if (is === 'string') return text
    const word = is === 'word' ? text.toLowerCase() : ''
    if (word === 'true' || word === 'false') return word === 'true'
    if (word === 'null') return null
    // JSON's numbers (RFC 8259, section 6).
    if (/^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i.test(word) && Number.isFinite(Number(word))) return Number(word)
    return fail('a value is missing: a string in double quotes, a number, true, false or null', { is, text, at })
  }

  return {
    disjunction,
    path: attributePath,
    end: () => {
      if (peek().is !== 'end') fail('here it should have ended')
    },
  }
}

function operatorAt({ is, text }: Token): Operator | undefined {
  return is === 'word' ? operators.find((operator) => operator === text.toLowerCase()) : undefined
}

const name = /^(\$?[a-z][\w-]*)(?:\.(\$?[a-z][\w-]*))?$/i

/** attrPath = [URI ":"] ATTRNAME *1subAttr; the id of a schema by itself stands for all of its attributes. */
function split(text: string, schemas: readonly string[]): Omit<AttributePath, 'where'> | undefined {
  if (!/^urn:/i.test(text)) return nameOf(text, null)
  const lower = text.toLowerCase()
  const known = schemas.find((id) => lower === id.toLowerCase() || /^[:.]/.test(behind(lower, id.toLowerCase())))
  if (known === undefined) {
    const colon = text.lastIndexOf(':')
    return nameOf(text.slice(colon + 1), text.slice(0, colon))
  }
  const schema = text.slice(0, known.length)
  return text.length === known.length ? { schema, name: '', sub: null } : nameOf(text.slice(known.length + 1), schema)
}

function behind(text: string, start: string): string {
  return text.startsWith(start) ? text.slice(start.length) : ''
}

function nameOf(text: string, schema: string | null): Omit<AttributePath, 'where'> | undefined {
  const [, first, sub = null] = name.exec(text) ?? []
  return first === undefined ? undefined : { schema, name: first, sub }
}
