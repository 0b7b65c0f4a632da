import { closesQuote, commentsOut, cutOff } from './comment.ts'
import type { Facts } from './facts.ts'
import { isValue } from './field.ts'
import type { Lexer } from './lexer.ts'
import type { Evidence, Reading } from './reading.ts'

const of = (kind: string, what: string): Evidence => ({ class: kind, what })

/** Names in backticks and brackets are rarely somebody's input, and much of what is written has both. */
export function brokenOutOfName({ facts, lexer, have, quote, before }: Reading): Evidence | null {
  if (!have || !isValue(before)) return null
  if (facts.booleans > 0 && facts.constantComparisons > 0) return of('tautology', 'compares constants behind the quote')
  if (facts.closed > 0 && facts.where > 0) return of('clause', 'closes a list and goes on')
  const cut = lexer.tail !== '' && cutOff(lexer) && !closesQuote(lexer, quote)
  if (cut && (facts.operators > 0 || facts.closed > 0)) return of('comment', 'comments out what follows the quote')
  return null
}

/** Behind a quote that the value ended itself little more is needed than that it goes on as SQL. */
export function brokenOut({ facts, lexer, quote, depth, have, before }: Reading): Evidence | null {
  const cut = have && lexer.tail !== ''
  const whole = cut || facts.closedByContext
  if (facts.booleans > 0 && facts.operands > 0) {
    if (have && (facts.comparedAfter > 0 || facts.operationsAfter > 0 || facts.calls > 0)) {
      return of('boolean', 'adds a condition behind the quote')
    }
    if (whole && tight(facts, lexer, before)) return of('boolean', 'adds a condition behind the quote')
  }
  const valued = facts.calls > 0 || facts.values > 0
  if (
    facts.clauses > 0 &&
    (cut || valued || (have && isValue(before) && isValue(lexer.text.slice(facts.lastString))))
  ) {
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
  if (lexer.tail !== '') return true
  if (facts.operands > 1 || facts.operators > 1) return isValue(before) || facts.numbers > 0
  const after = lexer.text.slice(facts.lastString)
  const spaced = before.endsWith(' ') || after.startsWith(' ')
  const left = before.trim()
  const right = after.trim()
  if (spaced) return left.length + right.length <= 3 && !/\W/.test(left + right)
  if (facts.booleans > 0 && /^(?:and|or|xor)$/.test(facts.operator)) return !/\s/.test(left) && !/\W/.test(right)
  return left.length + right.length <= 40 && !/[^\w@.%+-]/.test(left + right)
}

/** Between two texts that are values themselves, with a value in between; or one operator between the two. */
function computes(facts: Facts, lexer: Lexer, before: string): boolean {
  const after = facts.closedByContext ? lexer.text.slice(facts.lastString) : ''
  if (facts.operands <= 1 && facts.closedByContext) return tight(facts, lexer, before)
  return (facts.values > 0 || before.trim() !== '') && isValue(before) && isValue(after)
}
