import { decodeEntities } from '../decode/entities.ts'
import { type Act, attributeAct, elementAct } from './elements.ts'
import { runsStyle } from './style.ts'
import { nextToken, type Tag } from './tokens.ts'

export interface MarkupFound extends Act {
  readonly start: number
  readonly end: number
}

/** Elements whose content is text up to their own end tag, but in SVG and MathML. HTML Living Standard, 13.2.5.2 to 13.2.5.4, 13.2.6.5. */
const RAW: ReadonlySet<string> = new Set('style xmp iframe noembed noframes textarea title noscript'.split(' '))

/** Attribute values hold markup that a second parser reads (`srcdoc`, mutation): so deep they are followed. */
const DEEPEST = 2

/** So many tags are looked at. */
const MOST_TAGS = 2_000

/** Reads a text as it stands between tags, and tells the first element or attribute that runs script. */
export function findMarkup(text: string, from = 0, depth = 0): MarkupFound | undefined {
  const scripts = new Scripts(text)
  let at = from
  let foreign = false
  for (let count = 0; count < MOST_TAGS; count++) {
    const token = nextToken(text, at)
    if (token === undefined) return undefined
    const act = token.kind === 'markup' ? inMarkup(text, token, depth) : tagAct(text, token, scripts, depth)
    if (act !== undefined) return { ...act, start: token.start, end: Math.max(token.end, token.start + 1) }
    foreign ||= token.kind === 'start' && (token.name === 'svg' || token.name === 'math')
    const raw = token.kind === 'start' && RAW.has(token.name) && !foreign
    at = raw ? endOfRaw(text, token) : Math.max(token.end, at + 1)
  }
  return undefined
}

/** A comment may be markup to a parser of its own: conditional comments, and those that end earlier elsewhere. */
function inMarkup(text: string, { start, end }: { start: number; end: number }, depth: number): Act | undefined {
  return depth < DEEPEST ? findMarkup(text.slice(start + 2, end), 0, depth + 1) : undefined
}

function tagAct(text: string, tag: Tag, scripts: Scripts, depth: number): Act | undefined {
  if (tag.name === 'script') return tag.kind === 'end' ? scripts.ended(tag) : scripts.begun(tag)
  const act = elementAct(tag)
  if (act !== undefined) return act
  for (const attribute of tag.attributes) {
    const found = attributeAct(attribute, false)
    if (found !== undefined) return found
    if (depth < DEEPEST && attribute.value.length > 3) {
      const inside = findMarkup(decodeEntities(attribute.value), 0, depth + 1)
      if (inside !== undefined) return inside
    }
  }
  if (tag.name === 'style' && tag.attributes.some(({ name, value }) => name === 'type' && /script/i.test(value)))
    return { class: 'style', why: 'a style element that is a script' }
  if (tag.name === 'style' && tag.kind === 'start' && runsStyle(text.slice(tag.end, endOfRaw(text, tag))))
    return { class: 'style', why: 'a style element runs script or tells another server' }
  return undefined
}

const SCRIPT: Act = { class: 'script', why: 'a script element' }

/**
 * A script element that has a source, or something of a script in it. A tag that is only spoken of ("the <script> tag") is
 * followed by prose, and has no end tag with code before it.
 */
class Scripts {
  readonly #text: string
  /** Where the next end tag of a script is, as found last; asked again only from behind it. */
  #close = -1
  #unclosed = false

  constructor(text: string) {
    this.#text = text
  }

  begun({ attributes, start, end, closed }: Tag): Act | undefined {
    if (attributes.some(({ name, value }) => /^(?:src|href|xlink:href)$/.test(name) && value !== '')) return SCRIPT
    if (attributes.some((each) => attributeAct(each, false) !== undefined)) return SCRIPT
    if (!closed) return undefined
    const close = this.#closeAfter(end)
    const spokenOf = this.#text.charCodeAt(end) === 0x60 && this.#text.charCodeAt(start - 1) === 0x60
    if (close < this.#text.length) return spokenOf || isBlank(this.#text.slice(end, close)) ? undefined : SCRIPT
    if (this.#unclosed || spokenOf) return undefined
    this.#unclosed = true
    return /[\w$)\]](?:\?\.)?[([`]|\w\s?=\s?[^\s=]|\\u[0-9a-f{]/i.test(this.#text.slice(end)) ? SCRIPT : undefined
  }

  /** Behind the end of a script that was begun elsewhere, a tag follows. */
  ended({ end }: Tag): Act | undefined {
    return /^\s*<[a-z!]/i.test(this.#text.slice(end, end + 64))
      ? { class: 'script', why: 'the end of a script, and markup behind it' }
      : undefined
  }

  #closeAfter(from: number): number {
    if (this.#close < from) {
      const pattern = /<\/script/gi
      pattern.lastIndex = from
      this.#close = pattern.exec(this.#text)?.index ?? this.#text.length
    }
    return this.#close
  }
}

function isBlank(text: string): boolean {
  return text.trim() === ''
}

function endOfRaw(text: string, { name, end }: Tag): number {
  for (let at = text.indexOf('</', end); at >= 0; at = text.indexOf('</', at + 2))
    if (text.slice(at + 2, at + 2 + name.length).toLowerCase() === name) return at
  return text.length
}
