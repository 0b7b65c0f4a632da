/** Why a text is no XML that is read here. */
export interface XmlProblem {
  readonly code: 'xml_malformed' | 'xml_document_type' | 'too_many_values'
  readonly by: string
  readonly why: string
}

export interface XmlValue {
  /** `/order/item/@id`: the elements around it. */
  readonly name: string
  readonly text: string
}

export interface XmlLimits {
  readonly depth: number
  readonly values: number
  readonly nameBytes: number
}

const NAME = '[A-Za-z_:\\u0080-\\u{10ffff}][-A-Za-z0-9._:\\u0080-\\u{10ffff}]*'
const OPEN = new RegExp(`<(${NAME})`, 'uy')
const CLOSE = new RegExp(`</(${NAME})\\s*>`, 'uy')
const ATTRIBUTE = new RegExp(`\\s+(${NAME})\\s*=\\s*(?:"([^<"]*)"|'([^<']*)')`, 'uy')
const END_OF_TAG = /\s*(\/?)>/y
const DECLARATION =
  /^<\?xml\s+version\s*=\s*["']1\.[01]["'](?:\s+encoding\s*=\s*["'](utf-8|us-ascii)["'])?(?:\s+standalone\s*=\s*["'](?:yes|no)["'])?\s*\?>/i
const REFERENCE = /&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|([A-Za-z_][\w.-]*));|&/g
const PREDEFINED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

class Stop extends Error {
  readonly problem: XmlProblem
  constructor(why: string, code: XmlProblem['code'] = 'xml_malformed', by = 'syntax') {
    super(why)
    this.problem = { code, by, why }
  }
}

/**
 * Reads the texts and attributes of an XML document (XML 1.0, fifth edition) without its document type: no entities but the five, nothing that is fetched.
 */
export function readXml(text: string, limits: XmlLimits): readonly XmlValue[] | XmlProblem {
  try {
    return read(text, limits)
  } catch (error) {
    if (error instanceof Stop) return error.problem
    throw error
  }
}

function read(text: string, limits: XmlLimits): XmlValue[] {
  const values: XmlValue[] = []
  const around: string[] = []
  let room = 4096 + 32 * text.length
  let seen = false
  const add = (name: string, value: string): void => {
    if (value.trim() === '') return
    if (values.length === limits.values) throw new Stop(`more than ${limits.values} values`, 'too_many_values', 'limit')
    const path = `/${around.join('/')}${name}`
    room -= path.length
    if (room < 0) throw new Stop('long names around many values', 'too_many_values', 'limit')
    values.push({ name: path, text: value })
  }
  const declaration = DECLARATION.exec(text)
  let at = declaration?.[0].length ?? 0
  while (at < text.length) {
    const next = text.indexOf('<', at)
    const end = next < 0 ? text.length : next
    const between = text.slice(at, end)
    if (around.length > 0) add('', resolve(between))
    else if (between.trim() !== '') throw new Stop('text outside of the root element')
    at = end
    if (next < 0) break
    if (text.startsWith('<!--', at)) at = behind(text, '-->', at + 4)
    else if (text.startsWith('<![CDATA[', at)) {
      const close = behind(text, ']]>', at)
      if (around.length === 0) throw new Stop('text outside of the root element')
      add('', text.slice(at + 9, close - 3))
      at = close
    } else if (text.startsWith('<!', at))
      throw new Stop('a document type, which may name files and entities', 'xml_document_type', 'doctype')
    else if (text.startsWith('<?', at))
      throw new Stop('a processing instruction or a declaration that is not UTF-8', 'xml_malformed', 'instruction')
    else if (text.startsWith('</', at)) {
      const name = match(CLOSE, text, at, 'a tag that does not end')[1]
      if (name !== around.pop()) throw new Stop('a tag that ends another element')
      at = CLOSE.lastIndex
    } else {
      if (around.length === 0 && seen) throw new Stop('a second root element')
      seen = true
      at = readTag(text, at, around, limits, add)
    }
  }
  if (around.length > 0 || !seen) throw new Stop('the root element does not end')
  return values
}

function readTag(
  text: string,
  from: number,
  around: string[],
  limits: XmlLimits,
  add: (name: string, value: string) => void,
): number {
  const name = match(OPEN, text, from, 'a tag that begins with no name')[1] ?? ''
  if (around.length >= limits.depth) throw new Stop(`nested deeper than ${limits.depth}`, 'xml_malformed', 'limit')
  if (name.length > limits.nameBytes) throw new Stop('a long name', 'xml_malformed', 'limit')
  around.push(name)
  let at = OPEN.lastIndex
  const names = new Set<string>()
  for (;;) {
    ATTRIBUTE.lastIndex = at
    const found = ATTRIBUTE.exec(text)
    if (found === null) break
    const [, attribute = '', double, single] = found
    if (names.has(attribute)) throw new Stop('an attribute comes twice', 'xml_malformed', 'duplicate-name')
    if (attribute.length > limits.nameBytes) throw new Stop('a long name', 'xml_malformed', 'limit')
    names.add(attribute)
    add(`/@${attribute}`, resolve(double ?? single ?? ''))
    at = ATTRIBUTE.lastIndex
  }
  const [, slash] = match(END_OF_TAG, text, at, 'a tag that does not end')
  if (slash === '/') around.pop()
  return END_OF_TAG.lastIndex
}

function match(pattern: RegExp, text: string, at: number, why: string): RegExpExecArray {
  pattern.lastIndex = at
  const found = pattern.exec(text)
  if (found === null) throw new Stop(why)
  return found
}

function behind(text: string, end: string, from: number): number {
  const at = text.indexOf(end, from)
  if (at < 0) throw new Stop(`nothing ends what begins at character ${from}`)
  return at + end.length
}

function resolve(text: string): string {
  if (!text.includes('&')) return text
  return text.replaceAll(REFERENCE, (_, decimal?: string, hexadecimal?: string, name?: string) => {
    if (name !== undefined) {
      const plain = PREDEFINED[name]
      if (plain === undefined) throw new Stop('an entity that is not declared', 'xml_malformed', 'entity')
      return plain
    }
    const point = decimal === undefined ? Number.parseInt(hexadecimal ?? '0', 16) : Number(decimal)
    if (point === 0 || point > 0x10_ff_ff || (point >= 0xd8_00 && point <= 0xdf_ff))
      throw new Stop('an & that is no reference')
    return String.fromCodePoint(point)
  })
}
