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

function detect(value: Bytes, budget: Budget, classes: number): Hit | null {
  const found = inContexts(value, budget, classes)
  if (found !== null || budget.exhausted) return found
  const bare = undisguised(value, classes)
  if (bare === value) return null
  const inBare = inContexts(bare, budget, classes)
  return inBare === null ? null : { ...inBare, start: 0, end: value.length }
}

/**
 * The value without what filters, drivers and servers take out of it: empty comments within words, `1.e` of MySQL, and a byte
 * that makes a character of the backslash before a quote (charsets of two bytes). UTF-8 has no byte above 7F that stands alone.
 */
function undisguised(value: Bytes, classes: number): Bytes {
  let text = value
  if ((classes & CLASS.operator) !== 0 && text.includes('/**/'))
    text = text.replace(/(?<=[a-z])\/\*\*\/(?=[a-z])/gi, '')
  if ((classes & CLASS.dot) !== 0 && /\d\.e[\s(),.|]/i.test(text))
    text = text.replace(/\d\.e(?=[\s(),.|])/gi, ' ').replace(/\|\s{1,8}\|/g, '||')
  if ((classes & CLASS.high) !== 0) text = text.replace(/(?<![\x80-\xff])[\x81-\xfe]\\?(?=['"])/g, '')
  return text
}

/** The value in each context that a query may put it in, in each dialect that reads it in another way. */
function inContexts(value: Bytes, budget: Budget, classes: number): Hit | null {
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
