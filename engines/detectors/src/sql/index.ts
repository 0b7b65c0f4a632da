import { Budget } from '../budget.ts'
import { CLASS, classesOf } from '../classes.ts'
import type { Bytes, Detector, Hit } from '../types.ts'
import { contextsOf } from './contexts.ts'
import { Lexer } from './lexer.ts'
import { Reading } from './reading.ts'
import type { Dialect } from './token.ts'
import { verdict } from './verdict.ts'

const DIALECTS: readonly Dialect[] = ['mysql', 'standard']

/** Without one of these a value has words, numbers, and nothing that binds them. */
const BINDING =
  CLASS.blank |
  CLASS.lineEnd |
  CLASS.control |
  CLASS.high |
  CLASS.singleQuote |
  CLASS.doubleQuote |
  CLASS.backtick |
  CLASS.paren |
  CLASS.bracket |
  CLASS.semicolon |
  CLASS.slash |
  CLASS.minus |
  CLASS.hash |
  CLASS.pipe |
  CLASS.ampersand |
  CLASS.backslash |
  CLASS.operator |
  CLASS.equals |
  CLASS.angle

function concerns(classes: number): boolean {
  return (classes & BINDING) !== 0
}

/** The value in each context that a query may put it in, in each dialect that reads it in another way. */
function detect(value: Bytes, budget: Budget, classes: number): Hit | null {
  for (const context of contextsOf(value, classes)) {
    for (const dialect of DIALECTS) {
      const from = context.from(value, dialect)
      if (from < 0) continue
      const lexer = new Lexer(value, from, dialect, budget)
      const reading = new Reading(lexer, context.quote, value.slice(0, Math.max(0, from - 1)))
      reading.run()
      if (budget.exhausted) return null
      const found = verdict(reading)
      if (found !== null) {
        const why = `as SQL (${dialect}), ${context.name}: ${found.what}`
        return { class: found.class, context: context.name, start: Math.max(0, from - 1), end: value.length, why }
      }
      if (!lexer.dialectal && !context.dialectal) break
    }
  }
  return null
}

export const sql: Detector = { name: 'sql', concerns, detect }

/** For `@detectSQLi`: what was found (`class in context`), or null. The rule decodes before it asks. */
export function sqli(value: Bytes): string | null {
  const classes = classesOf(value)
  if (!concerns(classes)) return null
  const hit = detect(value, Budget.of(value.length), classes)
  return hit === null ? null : `${hit.class} ${hit.context}`
}
