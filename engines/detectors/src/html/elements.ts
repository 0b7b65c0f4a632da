import { decodeEntities } from '../decode/entities.ts'
import { readScript } from '../script/read.ts'
import { browserCall, browserMember } from '../script/sinks.ts'
import { isDirective, isHandler } from './handlers.ts'
import { runsStyle } from './style.ts'
import type { Attribute, Tag } from './tokens.ts'
import { runsScript, URL_ATTRIBUTES } from './urls.ts'

/** What a piece of markup does, in two words and a sentence. */
export interface Act {
  readonly class: string
  readonly why: string
}

/** Elements that load another document or a program into the page, by the attributes that say which. */
const EMBEDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['iframe', ['src', 'srcdoc', 'onload', 'name']],
  ['frame', ['src']],
  ['object', ['data', 'classid', 'type', 'codebase']],
  ['embed', ['src', 'code', 'type']],
  ['applet', ['code', 'archive', 'codebase', 'object']],
  ['portal', ['src']],
  ['layer', ['src']],
  ['ilayer', ['src']],
  ['fencedframe', ['config', 'src']],
  ['vmlframe', ['src']],
  ['base', ['href']],
  ['import', ['implementation', 'src']],
  ['handler', ['event', 'type', 'id', 'xlink:href']],
  ['listener', ['event', 'handler']],
])

/** What an element does of itself. HTML Living Standard, 4.2.3 (base), 4.2.4 (link), 4.2.5 (meta), 4.8.5 (iframe), 4.10.3 (form). */
export function elementAct({ name, attributes }: Tag): Act | undefined {
  const embed = EMBEDS.get(name)
  if (embed !== undefined && attributes.some((each) => embed.includes(each.name) && each.value !== ''))
    return { class: 'embedding', why: `a ${name} element takes another document into the page` }
  if (name === 'meta' && attributes.some(isHeader))
    return { class: 'meta', why: 'a meta element stands for a header of the page' }
  if (name === 'link' && attributes.some((each) => each.name === 'href' && isForeign(each.value)))
    return { class: 'link', why: 'a link element loads what styles or follows the page' }
  if (name === 'form' && attributes.some((each) => each.name === 'action' && isForeign(each.value)))
    return { class: 'form', why: 'a form sends what is entered to another address' }
  if ((name === 'set' || name === 'animate') && attributes.some(isAnimatedHandler))
    return { class: 'animation', why: 'an animation writes an attribute that runs script' }
  return undefined
}

/** What most pages say of themselves is no header that does anything; a charset in which markup hides is. */
function isHeader({ name, value }: Attribute): boolean {
  if (name === 'http-equiv') return !/^\s*(?:content-type|x-ua-compatible|content-language)\s*$/i.test(value)
  return (name === 'charset' || name === 'content') && /utf-?7|url\s*=/i.test(value)
}

function isForeign(address: string): boolean {
  return /^[\0-\x20]*(?:[a-z][a-z0-9+.-]*:|[/\\]{2})/i.test(decodeEntities(address))
}

function isAnimatedHandler({ name, value }: Attribute): boolean {
  return name === 'attributename' && /^\s*(?:on|(?:xlink:)?href)/i.test(value)
}

/** What an attribute of any element does. `loose`: the text was not opened as a tag, and so the attribute must say more. */
export function attributeAct({ name, value }: Attribute, loose: boolean): Act | undefined {
  if (isHandler(name, value, loose)) return { class: 'handler', why: `the attribute ${name} is a script` }
  // `src= onerror=...`: older browsers take an empty value, and a handler behind it.
  const next = /^(on[a-z]{3,30})=(.+)$/is.exec(value)
  if (next !== null && name !== 'value' && isHandler((next[1] ?? '').toLowerCase(), next[2] ?? '', true))
    return { class: 'handler', why: `the attribute ${next[1]} is a script` }
  if (name === 'srcdoc' && value !== '') return { class: 'embedding', why: 'the attribute srcdoc is a document' }
  if (URL_ATTRIBUTES.has(name) && runsScript(value))
    return { class: 'address', why: `the attribute ${name} is an address that runs script` }
  if (name === 'formaction' && isForeign(value))
    return { class: 'form', why: 'a button sends the form to another address' }
  if (name === 'style' && runsStyle(decodeEntities(value)))
    return { class: 'style', why: 'the attribute style runs script' }
  if (isDirective(name) && value !== '') {
    const reading = readScript(decodeEntities(value))
    if (
      browserCall(reading) !== undefined ||
      browserMember(reading) !== undefined ||
      /constructor|\$eval|\$event\.view/.test(value)
    )
      return { class: 'directive', why: `the attribute ${name} is a script to a framework` }
  }
  return undefined
}
