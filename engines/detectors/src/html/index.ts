import type { Budget } from '../budget.ts'
import { CLASS } from '../classes.ts'
import { decodeUtf7 } from '../decode/utf7.ts'
import type { Bytes, Detector, Hit } from '../types.ts'
import { findAttribute } from './attributes.ts'
import { findMarkup } from './markup.ts'
import { findBreakOut, findScript } from './scripts.ts'
import { isScriptAddress } from './urls.ts'

const QUOTES = CLASS.singleQuote | CLASS.doubleQuote | CLASS.backtick
const CODE = CLASS.angle | CLASS.paren | CLASS.backtick | CLASS.equals | CLASS.colon

/** Cross-site scripting: a value read as text of a page, in its attributes, comments and scripts, and as an address. */
export const html: Detector = {
  name: 'html',
  concerns: (classes) => (classes & (CODE | CLASS.plus)) !== 0,
  detect: (value, budget, classes) => detectMarkup(value, budget, classes) ?? detectScript(value, budget, classes),
}

/** To rules a tag of a script is enough, whatever is in it. */
const SCRIPT = /<script(?:[\s/>]|$)/i

/** For `@detectXSS`: markup that runs script where it is put into a page, or into an attribute. */
export function xss(value: Bytes): boolean {
  return SCRIPT.test(value) || detectMarkup(value, undefined, -1) !== null
}

function detectMarkup(value: Bytes, budget: Budget | undefined, classes: number): Hit | null {
  const foreign = inOldCharset(value, classes)
  if (foreign !== null) return foreign
  if ((classes & CLASS.angle) !== 0) {
    budget?.take(value.length)
    const found = findMarkup(value)
    if (found !== undefined) return { ...found, context: 'text' }
    const stripped = value.replace(/<[^<>]*>/g, '')
    if (stripped.length < value.length) {
      // `<scr<b>ipt>`: what a filter of tags leaves may be a tag again.
      const again = stripped.includes('<') ? findMarkup(stripped) : undefined
      const inStripped = again === undefined ? inAttributes(stripped, budget) : { ...again, context: 'text' }
      if (inStripped !== null)
        return { ...inStripped, start: 0, end: value.length, context: `${inStripped.context}, tags stripped` }
    }
  }
  if ((classes & CLASS.equals) !== 0) {
    const found = inAttributes(value, budget)
    if (found !== null) return found
  }
  if ((classes & CLASS.colon) !== 0 && isScriptAddress(value))
    return { class: 'address', context: 'an address', start: 0, end: value.length, why: 'an address that runs script' }
  return null
}

/** Markup in UTF-7 (RFC 2152), and in bytes whose eighth bit a page in US-ASCII does not have: `+ADw-script`, `\xbcscript\xbe`. */
function inOldCharset(value: string, classes: number): Hit | null {
  const utf7 = (classes & CLASS.plus) !== 0 && /\+A[CD][A-Za-z0-9+/]{1,80}/.test(value)
  const ascii = (classes & CLASS.high) !== 0 && value.includes('\xbc') && value.includes('\xbe')
  if (!utf7 && !ascii) return null
  const text = utf7 ? decodeUtf7(value) : value.replace(/\xc2?([\xa2\xbc\xbe])/g, lowered)
  const found = findMarkup(text)
  return found === undefined ? null : { ...found, context: utf7 ? 'UTF-7' : 'US-ASCII', start: 0, end: value.length }
}

function lowered(_: string, byte: string): string {
  return String.fromCharCode(byte.charCodeAt(0) & 0x7f)
}

function inAttributes(value: string, budget: Budget | undefined): Hit | null {
  for (const quote of ['', '"', "'"]) {
    const from = quote === '' ? 0 : value.indexOf(quote) + 1
    if (quote !== '' && from === 0) continue
    budget?.take(value.length - from)
    const found = findAttribute(value, from)
    if (found !== undefined)
      return { ...found, context: quote === '' ? 'an attribute without quotes' : `attribute ${quote}...${quote}` }
  }
  return null
}

function detectScript(value: Bytes, budget: Budget, classes: number): Hit | null {
  if ((classes & (CLASS.paren | CLASS.backtick | CLASS.equals)) === 0) return null
  budget.take(value.length)
  const found = ((classes & QUOTES) === 0 ? undefined : findBreakOut(value)) ?? findScript(value)
  if (found === undefined) return null
  return { class: 'script', ...found, why: 'the value goes on as script that calls or writes' }
}
