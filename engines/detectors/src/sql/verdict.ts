import { brokenOut, brokenOutOfName } from './broken-out.ts'
import { commentOf, cutOff } from './comment.ts'
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
  if (facts.where > 0 && facts.sames > 0 && leaves(reading)) return of('tautology', 'compares constants behind WHERE')
  if (facts.clause === 'HAVING' && facts.numbersCompared > 0 && (reading.quote === 0 || isValue(reading.before)))
    return of('clause', 'goes on with HAVING')
  if (facts.failed && endsInComment(reading))
    return of('comment', 'adds a condition or a clause and comments out the rest')
  if (facts.failed) return isAlwaysTrue(reading) ? of('tautology', 'adds a condition that is always true') : null
  if (reading.quote === 0) return asItIs(reading)
  return reading.quote > 0x27 ? brokenOutOfName(reading) : brokenOut(reading)
}

const of = (kind: string, what: string): Evidence => ({ class: kind, what })

/** The value ended a quote or a parenthesis that it did not open, or is a number that goes on. */
function leaves({ facts, quote, before }: Reading): boolean {
  return quote === 0 ? facts.closed > 0 || facts.first === 'literal' : isValue(before)
}

/** The comment ended at its line end, and one word follows: what filters are tried with, and no query. */
function endsInComment(reading: Reading): boolean {
  const { facts, lexer } = reading
  if (lexer.comments === 0 || !leaves(reading) || !/^\w{0,40}$/.test(lexer.text.slice(lexer.start, lexer.start + 48)))
    return false
  return facts.booleans > 0 ? facts.constantComparisons > 0 : facts.clauses > 0 && facts.numbers > 0
}

/** `or 1=1` at the beginning, and nothing like words behind it. */
function isAlwaysTrue({ facts, lexer, quote }: Reading): boolean {
  if (facts.sames === 0 || facts.booleans === 0 || quote !== 0) return false
  return facts.first === 'operator' && !/[a-z]{2}/i.test(lexer.text.slice(lexer.start, lexer.start + 80))
}

function asItIs({ facts, lexer, depth, have }: Reading): Evidence | null {
  const literal = facts.first === 'literal' || facts.first === 'constant' || facts.first === 'variable'
  const valued = literal || facts.first === 'paren'
  const cut = have && cutOff(lexer)
  if (facts.effect !== '' && !facts.loose && facts.values > 0) return of('effect', `calls ${facts.effect}()`)
  if (facts.statement) return obscured(facts, lexer)
  if (facts.booleans > 0 && facts.sames > 0 && (facts.first === 'operator' || (facts.first === 'symbol' && have)))
    return of('tautology', 'adds a condition that is always true')
  if (facts.booleans > 0 && have) {
    if (
      facts.constantComparisons > 0 &&
      facts.first !== 'symbol' &&
      (facts.comparedBefore === 0 || facts.where > 0 || !literal)
    )
      return of('tautology', 'compares constants behind a boolean operator')
    const changed =
      facts.telling > 0 ||
      facts.calls > 0 ||
      facts.selects > 0 ||
      facts.repeated ||
      (facts.logical && facts.first === 'literal') ||
      cut
    const after =
      literal || (facts.first === 'paren' && facts.valued) || (facts.closed > 0 && /^\s*\)/.test(lexer.text))
    if (after && facts.comparedBefore === 0 && changed) return of('boolean', 'adds a condition to a value')
    if (
      (facts.first === 'operator' || facts.first === 'symbol') &&
      cut &&
      facts.comparedAfter + facts.calls + facts.values > 0
    ) {
      return of('boolean', 'adds a condition and comments out the rest')
    }
    if (facts.first === 'operator' && facts.calls > 1 && facts.information > 0)
      return of('boolean', 'adds a condition of calls')
  }
  if (facts.clauses > 0 && facts.first === 'operator' && facts.numbers === facts.operands) {
    if (facts.clause === 'HAVING' ? facts.comparedBefore > 0 && (cut || facts.sames > 0) : cut && facts.operands === 1)
      return of('clause', `goes on with ${facts.clause}`)
  }
  if (
    facts.clause === 'ORDER BY' &&
    cut &&
    facts.numbers > 0 &&
    facts.numbers === facts.operands - 1 &&
    facts.first === 'name'
  )
    return of('clause', 'goes on with ORDER BY and comments out the rest')
  if (facts.numbersCompared > 0 && facts.inCase > 0 && facts.operands === facts.numbers)
    return of('tautology', 'compares constants in CASE')
  if (facts.clauses > 0 && facts.operands > 1) {
    if (literal || facts.closed > 0 || facts.first === 'case') return of('clause', `goes on with ${facts.clause}`)
    if (facts.clause === 'HAVING' && facts.parentheses > 0) return of('clause', 'goes on with HAVING')
  }
  if (facts.looseTables > 0 && facts.where > 0 && facts.operators > 0)
    return of('clause', 'closes a list and names a table')
  if (facts.information > 0 && facts.information + facts.operators + facts.calls > 2)
    return of('information', 'asks the server about itself')
  if (facts.identities > 0) return of('tautology', 'compares constants in a call')
  if (facts.characters > 1 && facts.operators > 0 && !facts.loose)
    return of('text', 'writes text by numbers of characters')
  if (cut && depth === 0) {
    if (facts.closed > 0) return of('comment', 'closes a parenthesis and comments out the rest')
    const more = facts.operators > 0 || facts.parentheses > 0 || facts.calls > 0
    if (valued && more && !/[a-z]{3}/i.test(commentOf(lexer))) return of('comment', 'comments out the rest')
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
