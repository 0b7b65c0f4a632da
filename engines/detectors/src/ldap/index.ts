import type { Budget } from '../budget.ts'
import { CLASS } from '../classes.ts'
import { hitOf } from '../hit.ts'
import type { Bytes, Detector, Hit } from '../types.ts'

// RFC 4515, section 3: filter = "(" ("&" / "|" / "!" / item) ")"; item = attr ("=" / "~=" / ">=" / "<=" / ":=") value.

/** The filter that the value stands in is closed, and another begun: `*)(uid=*`, `admin)(&)`, `x)(|(cn=*`. */
const LEAVES =
  /\)\s{0,8}\(\s{0,8}(?:\(?\s{0,8}[&|!]\s{0,8}(?:\)|\(|[a-z])|[a-z][\w;.-]{0,60}\s{0,8}(?:[~<>:]=|=\s{0,8}[\w*@.\\\x80-\xff-]*\s{0,8}(?:\)|\*|$)))/i

/** A filter of its own: `(&(uid=admin)(...))`, `*(|(objectclass=*))`. */
const FILTER = /\(\s{0,8}[&|]\s{0,8}(?:\(\s{0,8}[&|!]?\s{0,8}\(?\s{0,8}[a-z][\w;.-]{0,60}\s{0,8}[~<>:]?=|\))/i

/** What a filter that somebody searches with does not ask: for passwords, for whatever there is, for constants. */
const ASKS_ALL = /password|pwd\s*=|objectclass\s*=\s*\*|\(\s*\d+\s*=\s*\d+\s*\)|\(\s*[&|]\s*\)/i

/** A matching rule by its number: `userPassword:2.5.13.18:=123`. */
const EXTENSIBLE = /(?:^|[(*])[a-z][\w;-]{0,60}(?::dn)?:[012](?:\.\d{1,10}){2,20}:=/i

/** A presence or a prefix of an attribute, and a NUL that cuts the rest. */
const CUT = /\)(?:\0|\\00|%00)/

/** Filters of directories. */
export const ldap: Detector = {
  name: 'ldap',
  concerns: (classes) => (classes & (CLASS.paren | CLASS.equals)) !== 0,
  detect,
}

function detect(value: Bytes, budget: Budget, classes: number): Hit | null {
  budget.take(value.length >> 3)
  if ((classes & CLASS.paren) !== 0 && isWhole(value))
    return ASKS_ALL.test(value) ? hitOf(FILTER.exec(value), 'filter', 'a filter', 'a filter that asks for all') : null
  const context = 'a value of a filter'
  return (
    hitOf(LEAVES.exec(value), 'left', context, 'the filter is closed, and another begun') ??
    hitOf(FILTER.exec(value), 'filter', 'a filter', 'a filter stands where a value is') ??
    hitOf(CUT.exec(value), 'cut', context, 'the filter is closed, and the rest cut off') ??
    hitOf(EXTENSIBLE.exec(value), 'rule', 'a filter', 'a matching rule is named by its number')
  )
}

/** A filter from its first parenthesis to its last: it closes nothing that it did not open. */
function isWhole(value: string): boolean {
  let depth = 0
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at)
    if (code === 0x28) depth++
    else if (code === 0x29 && --depth < 0) return false
    if (depth === 0 && code !== 0x29 && code > 0x20) return false
  }
  return depth === 0
}
