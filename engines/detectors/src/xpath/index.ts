import type { Budget } from '../budget.ts'
import { CLASS } from '../classes.ts'
import { hitOf } from '../hit.ts'
import type { Bytes, Detector, Hit } from '../types.ts'

// XPath 1.0, section 2: a step is an axis, "::", a node test, and predicates in brackets.
const AXIS = '(?:ancestor|descendant|child|parent|attribute|self|following|preceding|namespace)(?:-or-self|-sibling)?'
const FUNCTION =
  '(?:count|string-length|name|local-name|namespace-uri|substring(?:-before|-after)?|position|last|contains|starts-with|normalize-space|doc|document|unparsed-text|string-to-codepoints|translate|concat|string)'

/** A location path with an axis, as no prose has it. */
const STEP = new RegExp(
  `(?:^|[/|(\\['"\\]=\\s])${AXIS}::(?:node\\(\\)|text\\(\\)|comment\\(\\)|\\*|[a-z][\\w-]*\\s{0,16}(?:\\[|/))`,
  'i',
)

/** The predicate around the value is closed, and another path is united with the one before. */
const UNION = /(?:['"]\s{0,16}\)?\s{0,16}\]|\]|^|['"])\s{0,16}\|\s{0,16}(?:\/{1,2}|\.\.?\/)(?:\*|[a-z@.])/i

/** A function of nodes, given a path with an axis or the name of a node; or one that is compared behind a quote and `or`. */
const CALLED = new RegExp(
  `\\b${FUNCTION}\\s{0,16}\\(\\s{0,16}(?:(?:local-)?name\\s{0,16}\\(\\s{0,16}(?:/|\\.|parent|\\))|/{0,2}${AXIS}::)`,
  'i',
)
const COMPARED = new RegExp(
  `(?:['"\\]]|^|\\d)\\s{0,16}\\b(?:or|and)\\s{1,16}(?:not\\s{0,16}\\(\\s{0,16})?${FUNCTION}\\s{0,16}\\([^]{0,200}?\\)\\s{0,16}(?:[=<>!]|and\\b|or\\b|$)`,
  'i',
)

/** Expressions over XML documents. */
export const xpath: Detector = {
  name: 'xpath',
  concerns: (classes) => (classes & (CLASS.paren | CLASS.colon | CLASS.pipe | CLASS.bracket)) !== 0,
  detect,
}

/** The quote before `or` is the first of its kind: it ends what the value stands in. */
function compared(value: Bytes): RegExpExecArray | null {
  const match = COMPARED.exec(value)
  const quote = match?.[0].charAt(0) ?? ''
  return match !== null && (quote === '"' || quote === "'") && value.indexOf(quote) < match.index ? null : match
}

function detect(value: Bytes, budget: Budget): Hit | null {
  budget.take(value.length >> 3)
  return (
    hitOf(STEP.exec(value), 'step', 'a path', 'a step of a location path') ??
    hitOf(
      /^\s*\//.test(value) ? null : UNION.exec(value),
      'union',
      'a predicate that is left',
      'another path is united with the one that the value stands in',
    ) ??
    hitOf(CALLED.exec(value), 'function', 'a path', 'a function of nodes is given a path') ??
    hitOf(compared(value), 'comparison', 'a predicate', 'a function of nodes is compared behind the value')
  )
}
