import type { Budget } from '../budget.ts'
import { CLASS } from '../classes.ts'
import type { Bytes, Detector, Hit } from '../types.ts'
import { expressionsOf, isActive, LONGEST, reaches } from './expressions.ts'
import { findLookup } from './lookups.ts'

const OPENERS = CLASS.brace | CLASS.angle | CLASS.hash | CLASS.at | CLASS.percent

/** No name that reaches is longer. */
const LAP = 80

/** Directives of Velocity and of JSP that need no braces. Velocity User Guide, "Directives". */
const DIRECTIVE =
  /#set\s{0,16}\(\s{0,16}\$\{?[a-z_]\w*\}?\s{0,16}=\s{0,16}(?:['"]{2}|\$\w+\.|\d+\s{0,16}\*\s{0,16}\d+|['"][^'"]*['"]\.)|#(?:evaluate|include|parse)\s{0,16}\(\s{0,16}["'$]|\$[a-z]\w*\.(?:getclass|inspect|class)\b|#(?:set|foreach)\b[^)]{0,200}\b(?:runtime|forname|getclass)\b|(?:^|[\s=(])@java\.[a-z.]+@|\bT\(java\.|_memberaccess\b|#context(?:\.get\(|\[)|\b(?:denymethodexecution|allowstaticmethodaccess)\b|\bclass\.(?:module\.)?classloader\b|\(#[a-z_]+\s{0,16}=\s{0,16}[@#]/i

/** Directives of printf that read or write what they were not given. C, 7.23.6.1. */
const FORMAT = /(?:%(?:\d+\$)?(?:0?\d+)?(?:l{1,2}|h{1,2})?[nxsp][.,:|-]?){6,}|(?:%(?:\d+\$)?n){2,}/

/** Server-side template injection, expression languages, and lookups of loggers. */
export const template: Detector = { name: 'template', concerns: (classes) => (classes & OPENERS) !== 0, detect }

function detect(value: Bytes, budget: Budget, classes: number): Hit | null {
  budget.take(value.length >> 3)
  if ((classes & CLASS.brace) !== 0) {
    const lookup = value.includes('${') ? findLookup(value) : undefined
    if (lookup !== undefined)
      return hit('lookup', '${...}', lookup.start, lookup.end, 'a lookup of a logger opens a name that JNDI resolves')
  }
  // Expressions stand in expressions: what was looked through for names once is not looked through again.
  let looked = 0
  for (const expression of expressionsOf(value)) {
    budget.take(expression.text.length)
    const from = Math.max(expression.start, looked - LAP)
    const fresh = expression.engine !== '{...}' && expression.end > looked
    const to = Math.min(expression.end, from + LONGEST)
    if (fresh) looked = to
    if (isActive(expression) || (fresh && reaches(value.slice(from, to))))
      return hit(
        'expression',
        expression.engine,
        expression.start,
        expression.end,
        'an expression of a template computes or reaches what no text needs',
      )
  }
  const directive = DIRECTIVE.exec(value)
  if (directive !== null)
    return hit(
      'directive',
      'a template',
      directive.index,
      directive.index + directive[0].length,
      'a directive of a template engine',
    )
  const format = (classes & CLASS.percent) === 0 ? null : FORMAT.exec(value)
  if (format !== null)
    return hit(
      'format',
      'a format',
      format.index,
      format.index + format[0].length,
      'directives of printf without anything to print',
    )
  return null
}

function hit(kind: string, context: string, start: number, end: number, why: string): Hit {
  return { class: kind, context, start, end, why }
}
