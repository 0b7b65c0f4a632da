import { percentDecode } from '../transform/url.ts'

export interface Disposition {
  readonly name: string | undefined
  /** All names that are given to a file, `filename*` decoded: which one a backend takes is not known. */
  readonly files: readonly string[]
  readonly invalidQuoting: boolean
  readonly missingSemicolon: boolean
  /** Not form-data, a parameter twice, or one that cannot be read. */
  readonly broken: boolean
}

/** A field has two or three. */
const MOST_PARAMETERS = 16

const PARAMETER = /\s*(?:(;)\s*)?([^\s=;"']+)\s*=\s*(?:"((?:[^"\\]|\\[^])*)"|([^\s;]*))\s*/y

/** `form-data; name="a"; filename="b"` (RFC 7578, section 4.2; RFC 6266 for `filename*`). */
export function readDisposition(value: string): Disposition {
  const head = /^\s*form-data/i.exec(value)
  let name: string | undefined
  const files: string[] = []
  const seen = new Set<string>()
  let [invalidQuoting, missingSemicolon, broken] = [false, false, head === null]
  PARAMETER.lastIndex = head?.[0].length ?? value.length
  while (/[^\s;]/.test(value.slice(PARAMETER.lastIndex))) {
    const found = seen.size < MOST_PARAMETERS ? PARAMETER.exec(value) : null
    if (found === null) {
      broken = true
      break
    }
    const [, semicolon, rawKey = '', quoted, plain = ''] = found
    if (semicolon === undefined) missingSemicolon = true
    if (quoted === undefined && /["']/.test(plain)) invalidQuoting = true
    const key = rawKey.toLowerCase()
    const text = quoted === undefined ? plain : quoted.replaceAll(/\\(["\\])/g, '$1')
    if (seen.has(key)) broken = true
    seen.add(key)
    if (key === 'name') name = text
    else if (key === 'filename') files.push(text)
    else if (key === 'filename*') files.push(percentDecode(text.replace(/^[^']*'[^']*'/, '')))
  }
  return { name, files, invalidQuoting, missingSemicolon, broken }
}
