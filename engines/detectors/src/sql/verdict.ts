import { isValue } from './field.ts'
import type { Facts } from './facts.ts'
import type { Lexer } from './lexer.ts'
import type { Evidence, Reading } from './reading.ts'

/**
 * Whether what was read changes the structure of a query. A value that broke out of a quote and goes on as SQL needs little more;
 * one that is read as it is may be somebody's arithmetic, filter or list, and must do what these do not.
 */
export function verdict(reading: Reading): Evidence | null {
  const { evidence, facts, lexer } = reading
  if (lexer.trick && facts.selects > 0) return of('statement', 'is written in a way that only hides a query')
  if (evidence?.class === 'select') return facts.failed || !isValue(reading.before) ? null : evidence
  if (evidence !== undefined) return facts.failedAtQuote && evidence.class === 'union' ? null : evidence
  if (facts.failed) return null
  if (reading.quote === 0) return asItIs(reading)
  return reading.quote > 0x27 ? brokenOutOfName(reading) : brokenOut(reading)
}

const of = (kind: string, what: string): Evidence => ({ class: kind, what })

function asItIs({ facts, lexer, depth, have }: Reading): Evidence | null {
  const literal = facts.first === 'literal' || facts.first === 'constant' || facts.first === 'variable'
  const valued = literal || facts.first === 'paren' || facts.first === 'call'
  const cut = have && cutOff(lexer)
  if (facts.effect !== '' && !facts.loose) return of('effect', `calls ${facts.effect}()`)
  if (facts.statement) return obscured(facts, lexer)
  if (facts.booleans > 0 && have) {
    if (facts.constantComparisons > 0 && (facts.comparedBefore === 0 || facts.where > 0 || !literal))
      return of('tautology', 'compares constants behind a boolean operator')
    const changed = facts.comparedAfter > 0 || facts.calls > 0 || cut
    if ((literal || (facts.first === 'paren' && facts.valued)) && facts.comparedBefore === 0 && changed)
      return of('boolean', 'adds a condition to a value')
    if (facts.first === 'operator' && cut && facts.comparedAfter + facts.calls + facts.values > 0) {
      return of('boolean', 'adds a condition and comments out the rest')
    }
    if (facts.first === 'operator' && facts.calls > 1 && facts.information > 0)
      return of('boolean', 'adds a condition of calls')
  }
  if (facts.clauses > 0 && facts.operands > 1) {
    if (literal || facts.closed > 0 || facts.first === 'case') return of('clause', `goes on with ${facts.clause}`)
    if (facts.clause === 'HAVING' && facts.parentheses > 0) return of('clause', 'goes on with HAVING')
  }
  if (facts.looseTables > 0 && facts.where > 0 && facts.operators > 0)
    return of('clause', 'closes a list and names a table')
  if (facts.information > 0 && facts.information + facts.operators + facts.calls > 2)
    return of('information', 'asks the server about itself')
  if (facts.identities > 0) return of('tautology', 'compares constants in a call')
  if (facts.characters > 1 && facts.operators > 0) return of('text', 'writes text by numbers of characters')
  if (cut && depth === 0) {
    if (facts.closed > 0) return of('comment', 'closes a parenthesis and comments out the rest')
    const more = facts.operators > 0 || facts.parentheses > 0 || facts.calls > 0
    if (valued && more) return of('comment', 'comments out the rest')
  }
  return null
}

/** A whole query is what people write about; one that hides what it is, is not. */
function obscured(facts: Facts, lexer: Lexer): Evidence | null {
  if (lexer.conditional > 0) return of('statement', 'hides code in a conditional comment')
  if (lexer.glued) return of('statement', 'a query written without blanks, as filters are passed by')
  if (facts.hexadecimals > 0) return of('statement', 'a query with text in hexadecimal')
  if (facts.characters > 1 || (facts.characters > 0 && facts.tables === 0))
    return of('statement', 'writes text by numbers of characters')
  return null
}

/** Names in backticks and brackets are rarely somebody's input, and much of what is written has both. */
function brokenOutOfName({ facts, lexer, have, quote, before }: Reading): Evidence | null {
  if (!have || !isValue(before)) return null
  if (facts.booleans > 0 && facts.constantComparisons > 0) return of('tautology', 'compares constants behind the quote')
  if (facts.closed > 0 && facts.where > 0) return of('clause', 'closes a list and goes on')
  const cut = lexer.tail !== '' && cutOff(lexer) && !oddly(lexer, quote)
  if (cut && (facts.operators > 0 || facts.closed > 0)) return of('comment', 'comments out what follows the quote')
  return null
}

function brokenOut({ facts, lexer, quote, depth, have, before }: Reading): Evidence | null {
  const cut = have && lexer.tail !== ''
  const whole = cut || facts.closedByContext
  if (facts.booleans > 0 && facts.operands > 0) {
    if (have && (facts.comparedAfter > 0 || facts.operationsAfter > 0 || facts.calls > 0)) {
      return of('boolean', 'adds a condition behind the quote')
    }
    if (whole && tight(facts, lexer, before)) return of('boolean', 'adds a condition behind the quote')
  }
  if (facts.clauses > 0 && (whole || facts.calls > 0 || facts.operands > 0)) {
    return of('clause', `goes on with ${facts.clause} behind the quote`)
  }
  if (facts.operators > 0 && whole && computes(facts, lexer, before)) {
    return of('expression', 'computes with the text before the quote')
  }
  if (facts.calls > 0 && facts.operators > 0 && isValue(before))
    return of('expression', 'calls a function behind the quote')
  if (cut && depth === 0 && commentsOut(lexer, before, quote)) {
    return of('comment', 'comments out what follows the quote')
  }
  if (facts.looseTables > 0 && facts.where > 0) return of('clause', 'names a table behind the quote')
  return null
}

/** `A' = 'B`: one operator between two strings. With words around it, it is somebody's quotation marks. */
function tight(facts: Facts, lexer: Lexer, before: string): boolean {
  if (facts.operands > 1 || facts.operators > 1 || lexer.tail !== '') return true
  const after = lexer.text.slice(facts.lastString)
  const spaced = before.endsWith(' ') || after.startsWith(' ')
  const left = before.trim()
  const right = after.trim()
  if (spaced) return left.length + right.length <= 3 && !/\W/.test(left + right)
  if (facts.booleans > 0 && /^(?:and|or|xor)$/.test(facts.operator)) return !/\s/.test(left) && !/\W/.test(right)
  return left.length + right.length <= 40 && !/[^\w@.+-]/.test(left + right)
}

/** Between two texts that are values themselves, with a value in between; or one operator between the two. */
function computes(facts: Facts, lexer: Lexer, before: string): boolean {
  const after = facts.closedByContext ? lexer.text.slice(facts.lastString) : ''
  if (facts.operands <= 1 && facts.closedByContext) return tight(facts, lexer, before)
  return (facts.values > 0 || before.trim() !== '') && isValue(before) && isValue(after)
}

/** A comment takes the rest and is none that somebody wrote: blank, or a word at most. */
function cutOff(lexer: Lexer): boolean {
  if (lexer.tail === '') return false
  const comment = lexer.text.slice(lexer.tailText, lexer.tailText + 80).trim()
  return comment.length <= 2 || (!comment.includes(' ') && comment.length <= 16) || !isProse(comment)
}

/** The quote closes what the one that was taken for the context's end opened. */
function oddly(lexer: Lexer, quote: number): boolean {
  return lexer.text.slice(lexer.tailText).split(String.fromCharCode(quote)).length % 2 === 0
}

function commentsOut(lexer: Lexer, before: string, quote: number): boolean {
  if (oddly(lexer, quote)) return false
  const comment = lexer.text.slice(lexer.tailText, lexer.tailText + 80).trim()
  if (lexer.tail === '#' && /^\d/.test(comment)) return false
  return comment.length <= 2 || (!/\s/.test(before.trim()) && !isProse(comment))
}

/** Words, with what punctuation prose has. */
function isProse(text: string): boolean {
  return /^[\w\x80-\xff]+(?:[ ,.:;'-]+[\w\x80-\xff]+)+[.!?,]*$/.test(text)
}
