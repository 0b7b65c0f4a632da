import type { Call, Reading } from './read.ts'

/** Names under which a browser's global object is reached. HTML Living Standard, 7.2.2. */
const GLOBALS: ReadonlySet<string> = new Set(
  'window self top parent globalThis frames this document defaultView content opener'.split(' '),
)

/** Functions of a page that run a text as script, open a dialogue, or send something away. */
const BROWSER_CALLS: ReadonlySet<string> = new Set(
  (
    'alert confirm prompt eval Function setTimeout setInterval setImmediate execScript import fetch write writeln ' +
    'constructor sendBeacon importScripts createContextualFragment insertAdjacentHTML setHTMLUnsafe navigate ' +
    'getScript globalEval XMLHttpRequest WebSocket EventSource showModalDialog Image requestAnimationFrame queueMicrotask'
  ).split(' '),
)

/** Those that show that a script runs, or run one, whatever their arguments are: a text that is a script and nothing else. */
const TELLING_CALLS: ReadonlySet<string> = new Set(
  'alert confirm prompt eval Function execScript constructor globalEval'.split(' '),
)

/** What a page must not have read or overwritten. */
const BROWSER_MEMBERS =
  /(?:^|\.)(?:cookie|domain|localStorage|sessionStorage|innerHTML|outerHTML|srcdoc|onerror|onload)$/
const BROWSER_ASSIGNED =
  /(?:^|\.)(?:location(?:\.(?:href|hash|search|pathname))?|cookie|domain|innerHTML|outerHTML|srcdoc|src|onerror|onload|name)$/

/** The names of what is called, without the global object before them and without `call`, `apply` and `bind` behind. */
export function calledName(callee: string): string {
  const names = callee.split('.').filter((name) => name !== '')
  while (names.length > 1 && GLOBALS.has(names[0] ?? '')) names.shift()
  while (names.length > 1 && /^(?:call|apply|bind|\(\))(?:\(\))*$/.test(names.at(-1) ?? '')) names.pop()
  return names.join('.')
}

/** A call that does something to whoever looks at the page: of a sink by its name, or of what is computed. */
export function browserCall({ calls }: Reading, names: ReadonlySet<string> = BROWSER_CALLS): Call | undefined {
  return calls.find(({ callee }) => {
    if (callee.startsWith('"') && !callee.includes('.')) return false
    const name = calledName(callee)
    const last = name.slice(name.lastIndexOf('.') + 1)
    if (last === '[]') return isReached(callee)
    if (callee === 'constructor') return false
    if (last.endsWith('()')) return /constructor|eval|Function|\[\]/.test(callee)
    return names.has(last)
  })
}

/**
 * The same in a script that is a whole text. Programs are talked about, and pasted; so it must be a call that shows that it
 * runs, or one that runs a text or touches what belongs to the page.
 */
export function tellingCall(text: string, reading: Reading): Call | undefined {
  const call = browserCall(reading, TELLING_CALLS) ?? aliased(text, reading)
  if (call !== undefined) return call
  const other = browserCall(reading)
  if (other === undefined) return undefined
  const runsText =
    /^\s*['"`]/.test(text.slice(other.args, other.args + 8)) && /setTimeout|setInterval|setImmediate/.test(other.callee)
  return runsText || reading.members.some((path) => /\.(?:cookie|domain)$/.test(path)) || other.callee.includes('[]')
    ? other
    : undefined
}

const ALIAS =
  /(?:^|[^\w$.])([A-Za-z_$][\w$]{0,20})\s?=\s?\(?(?:alert|confirm|prompt|eval|Function|setTimeout)\)?\s?(?:[;,)\n]|$)/g

/** `[1].map(alert)`: handed to what calls it. */
const HANDED =
  /\.(?:map|forEach|some|every|find\w*|filter|reduce|sort|then|call|apply|bind|replace)\s?(?:\?\.)?[(`]\s?(?:[^()]{0,40},\s?)?(?:alert|confirm|prompt|eval)\s?\)|\.(?:call|apply|map|bind|sort|reduce|find|filter)`[^`$]{0,20}\$\{\s?(?:alert|confirm|prompt|eval|location)\s?\}/

/** `a=eval;a(...)`: another name for what shows that a script runs, and a call by it. */
function aliased(text: string, { calls }: Reading): Call | undefined {
  if (calls.length === 0) return undefined
  if (HANDED.test(text)) return calls[0]
  if (!text.includes('=')) return undefined
  ALIAS.lastIndex = 0
  for (let count = 0, match = ALIAS.exec(text); match !== null && count < 8; count++, match = ALIAS.exec(text)) {
    const found = calls.find(({ callee }) => callee === match?.[1])
    if (found !== undefined) return found
  }
  return undefined
}

/** `top[...](1)`, `[][...]()`: what is called is computed of something that every page has. */
function isReached(callee: string): boolean {
  const first = callee.slice(0, callee.indexOf('.'))
  return first === '' || GLOBALS.has(first) || first === '[]'
}

/** A script that reads or writes what belongs to the page. */
export function browserMember({ members, assigned }: Reading): string | undefined {
  return assigned.find((path) => BROWSER_ASSIGNED.test(path)) ?? members.find((path) => BROWSER_MEMBERS.test(path))
}
