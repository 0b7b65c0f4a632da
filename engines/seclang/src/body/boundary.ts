/** What the Content-Type of a multipart body says. */
export interface Boundary {
  readonly text: string
  readonly quoted: boolean
  /** Blanks in it, or around it. */
  readonly blank: boolean
}

/**
 * The boundary of `multipart/form-data; boundary=x` (RFC 2046, section 5.1.1).
 * @returns a sentence where there is none, more than one, or one that readers may take differently
 */
export function readBoundary(contentType: string): Boundary | string {
  const found = [...contentType.matchAll(/(?<=[;,\s])boundary(?=\s*=)/gi)]
  const [first] = found
  if (first === undefined) return 'Multipart: Boundary not found in C-T.'
  if (found.length > 1) return 'Multipart: Multiple boundary parameters in C-T.'
  if (!/;\s*$/.test(contentType.slice(0, first.index))) return 'Multipart: Invalid boundary in C-T (malformed).'
  const rest = contentType.slice(first.index + 'boundary'.length)
  const value = /^(\s*)=(\s*)(?:"([^"]*)"|([^;,"]*))(\s*)(?:$|[;,])/.exec(rest)
  if (value === null) return 'Multipart: Invalid boundary in C-T (quote).'
  const [, before = '', after = '', quoted, plain = '', behind = ''] = value
  const text = quoted ?? plain.trimEnd()
  if (text === '') return 'Multipart: Invalid boundary in C-T (empty).'
  if (text.length > 70) return 'Multipart: Boundary in C-T is too long.'
  if (!/^[0-9A-Za-z'()+_,\-./:=? ]*$/.test(text)) return 'Multipart: Invalid boundary in C-T (characters).'
  const blank = /\s/.test(text) || before + after + behind !== '' || plain !== plain.trimEnd()
  return { text, quoted: quoted !== undefined, blank }
}
