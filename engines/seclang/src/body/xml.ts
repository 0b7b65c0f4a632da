import { utf8 } from '../transform/bytes.ts'

/** Why a body is not well-formed XML, or is more than is read of it. */
export class XmlError extends Error {}

export interface XmlText {
  /** The text of the document without its tags: XPath's `/*` as a string. */
  readonly text: string
  /** `//@*`, as they are read: with the five predefined entities and character references resolved. */
  readonly attributes: readonly string[]
}

const NAME = /[A-Za-z_:\x80-\xff][-\w.:\x80-\xff]*/y
const ATTRIBUTE = /\s+([A-Za-z_:\x80-\xff][-\w.:\x80-\xff]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y
const TAG_END = /\s*(\/?)>/y
const PREDEFINED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/**
 * Reads XML 1.0 for what it says: text and attributes. Entities of a document's own are not expanded (they stay as they are written),
 * its DTD is passed over, nothing is fetched.
 * @throws XmlError
 */
export function readXml(text: string, limits: { readonly depth: number; readonly nodes: number }): XmlText {
  const texts: string[] = []
  const attributes: string[] = []
  const open: string[] = []
  let rooted = false
  const push = (into: string[], value: string) => {
    if (texts.length + attributes.length >= limits.nodes) throw new XmlError(`more than ${limits.nodes} nodes`)
    into.push(value)
  }
  for (let at = text.startsWith('\xef\xbb\xbf') ? 3 : 0; at < text.length; ) {
    if (text[at] !== '<') {
      const end = endOf(text, '<', at, text.length)
      const piece = text.slice(at, end)
      if (open.length === 0 && piece.trim() !== '') throw new XmlError(`byte ${at} is outside of the root element`)
      if (open.length > 0) push(texts, resolved(piece))
      at = end
    } else if (text.startsWith('<!--', at)) {
      at = close(text, '-->', at + 4)
    } else if (text.startsWith('<![CDATA[', at)) {
      if (open.length === 0) throw new XmlError(`byte ${at} is outside of the root element`)
      const end = close(text, ']]>', at + 9)
      push(texts, text.slice(at + 9, end - 3))
      at = end
    } else if (text.startsWith('<?', at)) {
      at = close(text, '?>', at + 2)
    } else if (text.startsWith('<!DOCTYPE', at)) {
      if (rooted) throw new XmlError(`byte ${at}: a DTD stands before the root element`)
      at = closeDoctype(text, at)
    } else if (text.startsWith('</', at)) {
      const name = match(NAME, text, at + 2)?.[0]
      if (name === undefined || name !== open.pop()) throw new XmlError(`byte ${at} closes what is not open`)
      const end = match(/\s*>/y, text, at + 2 + name.length)
      if (end === undefined) throw new XmlError(`byte ${at}: a tag is not closed`)
      at += 2 + name.length + end[0].length
    } else {
      if (rooted && open.length === 0) throw new XmlError(`byte ${at}: there is one root element`)
      const name = match(NAME, text, at + 1)?.[0]
      if (name === undefined) throw new XmlError(`byte ${at} begins no tag`)
      rooted = true
      at += 1 + name.length
      for (let found = match(ATTRIBUTE, text, at); found !== undefined; found = match(ATTRIBUTE, text, at)) {
        push(attributes, resolved(found[2] ?? found[3] ?? ''))
        at += found[0].length
      }
      const end = match(TAG_END, text, at)
      if (end === undefined) throw new XmlError(`byte ${at}: a tag is not closed`)
      at += end[0].length
      if (end[1] === '') open.push(name)
      if (open.length > limits.depth) throw new XmlError(`nested deeper than ${limits.depth}`)
    }
  }
  if (!rooted || open.length > 0) throw new XmlError(rooted ? 'an element is not closed' : 'there is no element')
  return { text: texts.join(''), attributes }
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at
  return pattern.exec(text) ?? undefined
}

function endOf(text: string, mark: string, from: number, otherwise: number): number {
  const found = text.indexOf(mark, from)
  return found < 0 ? otherwise : found
}

function close(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from)
  if (found < 0) throw new XmlError(`what byte ${from} is in does not end`)
  return found + mark.length
}

/** Up to the `>` that ends it: an internal subset stands in brackets, strings in quotes, comments between their marks. */
function closeDoctype(text: string, from: number): number {
  const piece = /[^"'[\]<>]+|<!--|<|>|"[^"]*"|'[^']*'|\[|\]/y
  let depth = 0
  for (let at = from + 1; at < text.length; ) {
    const found = match(piece, text, at)?.[0]
    if (found === undefined) break
    at += found.length
    if (found === '<!--') at = close(text, '-->', at)
    else if (found === '[' || found === '<') depth++
    else if (found === ']') depth--
    else if (found === '>' && depth-- === 0) return at
  }
  throw new XmlError('a DTD does not end')
}

/** References: characters by number and the five of XML; others stay as they are written. */
function resolved(text: string): string {
  if (!text.includes('&')) return text
  return text.replaceAll(
    /&(?:#x([0-9a-fA-F]{1,8})|#([0-9]{1,9})|(amp|lt|gt|quot|apos));/g,
    (_: string, hex?: string, decimal?: string, name = '') => {
      if (hex !== undefined) return utf8(Number.parseInt(hex, 16))
      return decimal === undefined ? (PREDEFINED[name] ?? '') : utf8(Number(decimal))
    },
  )
}
