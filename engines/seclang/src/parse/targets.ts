import { SecLangError } from '../error.ts'
import type { Place, Selector, Target } from './syntax.ts'

/** `REQUEST_COOKIES|!REQUEST_COOKIES:/__utm/|&ARGS:x`; a comma divides as well as a bar. */
export function readTargets(text: string, place: Place): Target[] {
  const targets: Target[] = []
  let at = 0
  while (at < text.length) {
    const head = /[\s|,]*([!&]*)([A-Za-z_]+)/y
    head.lastIndex = at
    const found = head.exec(text)
    if (found === null)
      throw new SecLangError('syntax', `what is looked at cannot be read: ${text}`, place.file, place.line)
    const [, signs = '', name = ''] = found
    const variable = name.toUpperCase()
    at = head.lastIndex
    let selector: Selector | undefined
    if (text[at] === ':' || text[at] === '.') {
      const read = readSelector(text, at + 1, variable)
      selector = read.selector
      at = read.end
    }
    targets.push({ variable, selector, count: signs.includes('&'), exclude: signs.includes('!') })
    at = afterSeparator(text, at, place)
  }
  if (targets.length === 0) throw new SecLangError('syntax', 'nothing is looked at', place.file, place.line)
  return targets
}

function afterSeparator(text: string, from: number, place: Place): number {
  const rest = text.slice(from).trimStart()
  if (rest === '') return text.length
  if (!rest.startsWith('|') && !rest.startsWith(','))
    throw new SecLangError('syntax', `what is looked at cannot be read: ${rest}`, place.file, place.line)
  return text.length - rest.length + 1
}

function readSelector(text: string, from: number, variable: string): { selector: Selector; end: number } {
  const quoted = text[from] === "'"
  const start = quoted ? from + 1 : from
  if (variable !== 'XML' && text[start] === '/') {
    const end = closingSlash(text, start + 1)
    if (end > 0) {
      const source = text.slice(start + 1, end).replaceAll('\\/', '/')
      return { selector: { kind: 'regex', source }, end: quoted && text[end + 1] === "'" ? end + 2 : end + 1 }
    }
  }
  const rest = quoted ? /[^']*/y : /[^|,]*/y
  rest.lastIndex = start
  const key = (rest.exec(text)?.[0] ?? '').trim()
  return { selector: { kind: 'key', key: key.toLowerCase() }, end: quoted ? rest.lastIndex + 1 : rest.lastIndex }
}

/** The slash that ends a regex: not escaped, and a separator or the end behind it. */
function closingSlash(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '/' && /^'?\s*(?:$|[|,])/.test(text.slice(at + 1, at + 8))) return at
  }
  return -1
}
