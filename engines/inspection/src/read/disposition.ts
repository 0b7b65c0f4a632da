import type { Bytes } from '@holdfast/detectors'

export interface Disposition {
  readonly name: Bytes
  /** Null for a field that is no file. */
  readonly filename: Bytes | null
}

const HEAD = /^form-data[ \t]*(?=;)/i
const PARAMETER = /[ \t]*;[ \t]*([A-Za-z*]+)=(?:"([^"\r\n]*)"|([!#$%&'*+\-.^_`|~0-9A-Za-z]+))[ \t]*/y

/**
 * `form-data; name="a"; filename="b"` (RFC 7578, section 4.2, and HTML, "multipart/form-data encoding algorithm"). @returns why two readers may take it
 * for two things: `filename*`, which section 4.2 forbids; a backslash, which some take for an escape; a parameter twice; text without quotes in between.
 */
export function readDisposition(value: Bytes): Disposition | readonly [by: string, why: string] {
  const head = HEAD.exec(value)
  if (head === null) return ['disposition', 'a part that is no form-data with a name']
  const found = new Map<string, Bytes>()
  PARAMETER.lastIndex = head[0].length
  for (let at = head[0].length; at < value.length; at = PARAMETER.lastIndex) {
    const parameter = PARAMETER.exec(value)
    if (parameter === null) return ['disposition', 'the parameters of a part cannot be read']
    const [, name = '', quoted, plain] = parameter
    const key = name.toLowerCase()
    if (key.endsWith('*')) return ['extended-parameter', 'name* and filename* say a second time what a part is called']
    if (key !== 'name' && key !== 'filename')
      return ['disposition', 'a parameter of a part that is neither name nor filename']
    if (found.has(key)) return ['duplicate-parameter', 'a parameter of a part comes twice']
    const text = quoted ?? plain ?? ''
    if (text.includes('\\'))
      return ['backslash', 'a backslash in the name of a part, which some readers take for an escape']
    found.set(key, text)
  }
  const name = found.get('name')
  if (name === undefined) return ['disposition', 'a part without a name']
  return { name: unescape(name), filename: found.has('filename') ? unescape(found.get('filename') ?? '') : null }
}

/** What HTML escapes in names: `%22`, `%0D`, `%0A`. */
function unescape(text: Bytes): Bytes {
  if (!text.includes('%')) return text
  return text.replaceAll('%22', '"').replaceAll(/%0D/gi, '\r').replaceAll(/%0A/gi, '\n')
}
