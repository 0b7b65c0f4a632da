import type { Action } from './syntax.ts'

/** `id:1,t:none,msg:'a, b'`: divided at commas outside of single quotes; `\'` within them is a quote. */
export function readActions(text: string): Action[] {
  const actions: Action[] = []
  let quoted = false
  let start = 0
  for (let at = 0; at <= text.length; at++) {
    const character = at < text.length ? text[at] : ','
    if (character === '\\' && quoted) at++
    else if (character === "'") quoted = !quoted
    else if (character === ',' && (!quoted || at >= text.length)) {
      const part = text.slice(start, at).trim()
      if (part !== '') actions.push(readAction(part))
      start = at + 1
    }
  }
  return actions
}

function readAction(part: string): Action {
  const colon = part.indexOf(':')
  if (colon < 0) return { name: part.toLowerCase(), value: '' }
  return { name: part.slice(0, colon).trim().toLowerCase(), value: unquoted(part.slice(colon + 1).trim()) }
}

/** `setvar:'tx.x=1'` and `setvar:tx.x='1'` both occur. */
function unquoted(value: string): string {
  const whole = value.length > 1 && value.startsWith("'") && value.endsWith("'") ? value.slice(1, -1) : value
  return whole.replaceAll("\\'", "'")
}
