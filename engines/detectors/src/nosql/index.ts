import type { Budget } from '../budget.ts'
import { CLASS } from '../classes.ts'
import { hitOf, wholeHit } from '../hit.ts'
import { type Reading, readScript } from '../script/read.ts'
import type { Bytes, Detector, Hit } from '../types.ts'

/** Operators of MongoDB's query language that compare or compute. MongoDB manual, "Query and Projection Operators". */
const OPERATORS =
  'ne|gte?|lte?|n?in|eq|not|n?or|and|regex|where|exists|type|expr|jsonSchema|mod|text|all|elemMatch|size|function|accumulator|lookup|unionWith|out|merge'

/**
 * An operator as the key of an object that the whole value is, or that stands in a name: `{"$ne": 1}`, `a[$ne]`, `a.$gt`. Deeper in
 * an object, which may be a filter that somebody wrote, it must let everything through, or run a script.
 */
const IN_OBJECT = new RegExp(
  `^\\s*[[{]\\s*["']?\\$(?:${OPERATORS})["']?\\s*:|^\\s*[[{][^]{0,400}?["']?\\$(?:(?:where|expr|function|accumulator)["']?\\s*:|(?:ne|gte?|nin|regex|exists|not)["']?\\s*:\\s*(?:null|undefined|["']{2}|-?[01]\\b|true|false|\\[\\]|["'][.^]))`,
)
const IN_NAME = new RegExp(`\\[\\$(?:${OPERATORS})\\]|^(?:[\\w-]+\\.)*\\$(?:${OPERATORS})$`)
const KEY = new RegExp(`,\\s*["']?\\$(?:${OPERATORS})["']?\\s*:`, 'g')

/** Comparisons of constants behind a quote, as `$where` takes them. ECMA-262, 13.11, 13.13. */
const CONSTANT =
  /^['"]\s{0,16}(?:\|\||&&)\s{0,16}(?:(['"]?)\w{0,20}\1\s{0,16}(?:[=!]==?|[<>]=?)\s{0,16}['"]?\w{0,20}|true|!0|1\s{0,16}(?:\/\/|;|$))/

/** Operators in keys and in objects, and scripts of `$where`, `mapReduce` and the shell. */
export const nosql: Detector = {
  name: 'nosql',
  concerns: (classes) =>
    (classes & (CLASS.dollar | CLASS.paren | CLASS.semicolon | CLASS.pipe | CLASS.ampersand)) !== 0,
  detect,
}

function detect(value: Bytes, budget: Budget, classes: number): Hit | null {
  if ((classes & CLASS.dollar) !== 0) {
    const found =
      hitOf(IN_NAME.exec(value), 'operator', 'a name', 'an operator of a query stands where a name is') ??
      hitOf(IN_OBJECT.exec(value), 'operator', 'an object', 'an operator of a query stands where a value is') ??
      leftObject(value)
    if (found !== null) return found
  }
  return (classes & (CLASS.paren | CLASS.semicolon | CLASS.pipe | CLASS.ampersand)) === 0
    ? null
    : inScript(value, budget)
}

/** `true, $where: '1 == 1'`: the value ended, and the object around it goes on. */
function leftObject(value: Bytes): Hit | null {
  if (/^\s{0,16}["']?\$where["']?\s{0,16}:/.test(value))
    return wholeHit(value, 'operator', 'an object that is left', 'a script of the database')
  KEY.lastIndex = 0
  const match = KEY.exec(value)
  if (match === null || depthAt(value, match.index) > 0) return null
  return hitOf(match, 'operator', 'an object that is left', 'an operator follows the value in the object around it')
}

function depthAt(value: string, end: number): number {
  let depth = 0
  for (let at = 0; at < end; at++) {
    const code = value.charCodeAt(at)
    if (code === 0x7b) depth++
    else if (code === 0x7d && depth > 0) depth--
  }
  return depth
}

function inScript(value: Bytes, budget: Budget): Hit | null {
  const why = 'the value goes on as a script of the database'
  for (const quote of ['', "'", '"']) {
    const at = quote === '' ? 0 : value.indexOf(quote)
    if (at < 0) continue
    budget.take(value.length - at)
    if (quote !== '' && CONSTANT.test(value.slice(at, at + 120)))
      return wholeHit(value, 'comparison', `in ${quote}...${quote} of a script`, why)
    const reading = readScript(value, quote === '' ? leading(value) : at + 1, { afterOperand: quote !== '' })
    if (reading.whole && isScript(value, reading, quote !== ''))
      return wholeHit(value, 'script', quote === '' ? 'a script' : `in ${quote}...${quote} of a script`, why)
  }
  return null
}

/** Semicolons before the first statement end the one around the value. */
function leading(value: string): number {
  return /^[\s;]*/.exec(value)?.[0].length ?? 0
}

const SHELL =
  /^db\.(?:[\w[\]]+\.)?(?:insert|find|findOne|drop|dropDatabase|remove|update|save|delete|eval|adminCommand|runCommand|getMongo|copyDatabase|mapReduce|createUser|getUsers)\w*$/

function isScript(value: string, { calls, statements, members }: Reading, leaves: boolean): boolean {
  if (calls.some(({ callee }) => SHELL.test(callee))) return true
  const behind = leaves || /^[\s\w'")\]}]*;/.test(value)
  if (!behind) return false
  if (calls.some(({ callee }) => /^(?:sleep|tojson|emit|tojsononeline|runCommand)$/.test(callee))) return true
  if (statements.some((word) => word === 'while' || word === 'do' || word === 'for'))
    return /Date|sleep|\(\s{0,16}(?:true|1|;;)\s{0,16}\)/.test(value)
  return (
    statements.includes('return') &&
    (leaves || members.some((path) => path.startsWith('this.')) || /return\s{0,16}\(?(?:true|1|!0)/.test(value))
  )
}
