export interface Attribute {
  readonly name: string
  /** As it is written: references are not replaced. */
  readonly value: string
  readonly start: number
  readonly end: number
}

export interface Tag {
  readonly kind: 'start' | 'end'
  /** In lower case, without controls and without a prefix of a namespace. */
  readonly name: string
  readonly attributes: readonly Attribute[]
  readonly start: number
  /** Past its `>`, or the end of the text: what comes behind the text in the page closes it. */
  readonly end: number
  readonly closed: boolean
}

/** What is no tag: a comment, a declaration, an instruction. */
export interface Markup {
  readonly kind: 'markup'
  readonly start: number
  readonly end: number
}

/** So many attributes of a tag are read; a browser takes more, and what runs script would do it among the first. */
const MOST_ATTRIBUTES = 256

/**
 * The next tag or other markup of a text that is read in the data state. HTML Living Standard, 13.2.5.1 to 13.2.5.72.
 * Undefined where there is none. What is behind a text belongs to the page, so what is open at its end counts.
 */
export function nextToken(text: string, from: number): Tag | Markup | undefined {
  for (let at = text.indexOf('<', from); at >= 0; at = text.indexOf('<', at + 1)) {
    let next = text.charCodeAt(at + 1)
    if (next === 0x21 || next === 0x3f) return markupAt(text, at)
    const kind = next === 0x2f ? 'end' : 'start'
    const name = kind === 'end' ? at + 2 : at + 1
    next = text.charCodeAt(name)
    if (isLetter(next) || (next === 0 && isLetter(text.charCodeAt(name + 1)))) return tagAt(text, at, name, kind)
    if (kind === 'end' && name < text.length && next !== 0x3e) return markupAt(text, at)
  }
  return undefined
}

/** 13.2.5.42 and on: comments end with `-->` or `--!>`, everything else with `>`. */
function markupAt(text: string, start: number): Markup {
  if (!text.startsWith('<!--', start)) return { kind: 'markup', start, end: past(text, '>', start + 2) }
  if (text.startsWith('>', start + 4)) return { kind: 'markup', start, end: start + 5 }
  if (text.startsWith('->', start + 4)) return { kind: 'markup', start, end: start + 6 }
  return { kind: 'markup', start, end: endOfComment(text, start + 4) }
}

/** Past the `-->` or `--!>` that ends a comment. */
function endOfComment(text: string, from: number): number {
  for (let at = text.indexOf('--', from); at >= 0; at = text.indexOf('--', at + 1)) {
    if (text.charCodeAt(at + 2) === 0x3e) return at + 3
    if (text.charCodeAt(at + 2) === 0x21 && text.charCodeAt(at + 3) === 0x3e) return at + 4
  }
  return text.length
}

function tagAt(text: string, start: number, nameStart: number, kind: 'start' | 'end'): Tag {
  let at = nameStart
  while (at < text.length && !endsName(text.charCodeAt(at))) at++
  const written = text.slice(nameStart, Math.min(at, nameStart + 64)).toLowerCase()
  const name = withoutControls(written)
  const { attributes, end, closed } = attributesAt(text, at)
  return { kind, name: name.slice(name.lastIndexOf(':') + 1), attributes, start, end, closed }
}

/** The attributes from a place inside of a tag on, to its end. 13.2.5.32 and on. */
export function attributesAt(text: string, from: number): { attributes: Attribute[]; end: number; closed: boolean } {
  const attributes: Attribute[] = []
  let at = from
  while (at < text.length) {
    const code = text.charCodeAt(at)
    if (code === 0x3e) return { attributes, end: at + 1, closed: true }
    if (isSpace(code) || code === 0x2f) {
      at++
      continue
    }
    const attribute = attributeAt(text, at)
    if (attributes.length < MOST_ATTRIBUTES) attributes.push(attribute)
    at = attribute.end
  }
  return { attributes, end: text.length, closed: false }
}

function attributeAt(text: string, start: number): Attribute {
  let at = start + 1
  while (at < text.length && !endsName(text.charCodeAt(at)) && text.charCodeAt(at) !== 0x3d) at++
  // A quote that no value opened belongs to the name; filters that drop it make a name of the rest.
  const name = withoutControls(text.slice(start, Math.min(at, start + 64)).toLowerCase()).replace(/^['"`]+/, '')
  let equals = at
  while (isSpace(text.charCodeAt(equals))) equals++
  if (text.charCodeAt(equals) !== 0x3d) return { name, value: '', start, end: at }
  at = equals + 1
  while (isSpace(text.charCodeAt(at))) at++
  const quote = text.charCodeAt(at)
  if (quote === 0x22 || quote === 0x27) {
    const close = text.indexOf(quote === 0x22 ? '"' : "'", at + 1)
    const end = close < 0 ? text.length : close
    return { name, value: text.slice(at + 1, end), start, end: Math.min(end + 1, text.length) }
  }
  const valueStart = at
  while (at < text.length && !endsValue(text.charCodeAt(at))) at++
  return { name, value: text.slice(valueStart, at), start, end: at }
}

function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d)
}

/** Without quotes; all controls but NUL are blanks to one browser or another. */
function endsValue(code: number): boolean {
  return code === 0x3e || (code > 0 && code <= 0x20)
}

function isLetter(code: number): boolean {
  const lower = code | 0x20
  return lower >= 0x61 && lower <= 0x7a
}

function endsName(code: number): boolean {
  return isSpace(code) || code === 0x2f || code === 0x3e
}

function withoutControls(name: string): string {
  return name.replace(/[^!-~\x80-\xff]/g, '')
}

function past(text: string, what: string, from: number): number {
  const at = text.indexOf(what, from)
  return at < 0 ? text.length : at + what.length
}
