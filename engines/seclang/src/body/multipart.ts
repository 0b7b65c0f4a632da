import { readBoundary } from './boundary.ts'
import { readDisposition } from './disposition.ts'

export interface Part {
  readonly name: string
  /** Each `name: value` line as it was sent, folded lines joined. */
  readonly headers: readonly string[]
  /** Empty for a field; the names of a file else. */
  readonly files: readonly string[]
  readonly content: string
}

export interface Multipart {
  readonly parts: readonly Part[]
  readonly boundary: string
  /** MULTIPART_* variables that are not 0. */
  readonly flags: ReadonlyMap<string, string>
  /** Why it could not be read to its end. */
  readonly error: string | undefined
}

/** Header lines of one part, and bytes of one. */
const MOST_HEADERS = 64
const LONGEST_HEADER = 8192

/**
 * Reads multipart/form-data (RFC 7578) as strictly as it can be read: whatever two readers may take for two things sets a flag.
 */
export function readMultipart(
  contentType: string,
  body: string,
  limits: { readonly parts: number; readonly files: number | undefined },
): Multipart {
  const boundary = readBoundary(contentType)
  if (typeof boundary === 'string') return { parts: [], boundary: '', flags: new Map(), error: boundary }
  return new Reader(body, boundary.text, limits).read(boundary)
}

class Reader {
  readonly #body: string
  readonly #mark: string
  readonly #limits: { readonly parts: number; readonly files: number | undefined }
  readonly #flags: Map<string, string> = new Map()
  readonly #parts: Part[] = []
  #files = 0
  #crlf = false

  constructor(body: string, boundary: string, limits: { readonly parts: number; readonly files: number | undefined }) {
    this.#body = body
    this.#mark = `--${boundary}`
    this.#limits = limits
  }

  read(boundary: { readonly text: string; readonly quoted: boolean; readonly blank: boolean }): Multipart {
    if (boundary.quoted) this.#flag('BOUNDARY_QUOTED')
    if (boundary.blank) this.#flag('BOUNDARY_WHITESPACE')
    const error = this.#readParts()
    return { parts: this.#parts, boundary: boundary.text, flags: this.#flags, error }
  }

  #flag(name: string, value = '1'): void {
    if (this.#flags.get(`MULTIPART_${name}`) !== '1') this.#flags.set(`MULTIPART_${name}`, value)
  }

  #readParts(): string | undefined {
    let delimiter = this.#delimiter(0)
    if (delimiter === undefined) return 'Multipart: No boundaries found in payload.'
    if (delimiter.start > 0) this.#flag('DATA_BEFORE')
    while (!delimiter.last) {
      const next = this.#delimiter(delimiter.end)
      if (next === undefined) {
        this.#part(delimiter.end, this.#body.length)
        return 'Multipart: Final boundary missing.'
      }
      if (this.#parts.length === this.#limits.parts) return 'Multipart: too many parts.'
      this.#part(delimiter.end, next.start)
      delimiter = next
    }
    if (this.#body.slice(delimiter.end).trim() !== '') this.#flag('DATA_AFTER')
    return undefined
  }

  /** The next line that is a delimiter. Lines that only look like one set a flag, as some readers take them for one. */
  #delimiter(from: number): { start: number; end: number; last: boolean } | undefined {
    for (let at = this.#body.indexOf('--', from); at >= 0; at = this.#body.indexOf('--', at + 2)) {
      if (at > 0 && this.#body[at - 1] !== '\n') continue
      if (!this.#body.startsWith(this.#mark, at)) {
        this.#flag('UNMATCHED_BOUNDARY', '2')
        continue
      }
      const behind = /(--)?[ \t]*(\r?\n|$)/y
      behind.lastIndex = at + this.#mark.length
      const found = behind.exec(this.#body)
      if (found === null) {
        this.#flag('UNMATCHED_BOUNDARY')
        continue
      }
      const [, dashes, end = ''] = found
      if (end !== '') this.#line(end)
      return { start: at, end: behind.lastIndex, last: dashes !== undefined }
    }
    return undefined
  }

  #line(end: string): void {
    if (end === '\r\n') this.#crlf = true
    else this.#flag('LF_LINE')
    if (this.#crlf && this.#flags.has('MULTIPART_LF_LINE')) this.#flag('CRLF_LF_LINES')
  }

  /** From behind one delimiter to the next, whose line end belongs to it. */
  #part(start: number, end: number): void {
    const headers: string[] = []
    const line = /([^\n]*?)(\r?\n|$)/y
    let at = start
    for (;;) {
      line.lastIndex = at
      const [whole = '', text = '', ending = ''] = at < end ? (line.exec(this.#body) ?? []) : []
      at += whole.length
      if (whole !== '') this.#line(ending)
      if (text === '' || at >= end) break
      this.#header(text, headers)
      if (headers.length > MOST_HEADERS || text.length > LONGEST_HEADER) return this.#flag('INVALID_PART')
    }
    const tail = this.#body.slice(at, Math.max(at, end))
    this.#finish(headers, tail.replace(/\r?\n$/, ''))
  }

  #header(text: string, headers: string[]): void {
    if (!/^[ \t]/.test(text)) {
      headers.push(text)
      return
    }
    this.#flag('HEADER_FOLDING')
    const last = headers.pop()
    if (last === undefined || text.startsWith('\t')) this.#flag('INVALID_HEADER_FOLDING')
    headers.push(`${last ?? ''} ${text.trimStart()}`)
  }

  #finish(headers: readonly string[], content: string): void {
    const disposition = headers.filter((header) => /^content-disposition[ \t]*:/i.test(header))
    const { name, files, ...found } = readDisposition((disposition[0] ?? '').replace(/^[^:]*:/, ''))
    if (found.invalidQuoting) this.#flag('INVALID_QUOTING')
    if (found.missingSemicolon) {
      this.#flag('MISSING_SEMICOLON')
      this.#flag('SEMICOLON_MISSING')
    }
    if (found.broken || disposition.length !== 1 || name === undefined) this.#flag('INVALID_PART')
    this.#files += files.length > 0 ? 1 : 0
    if (this.#limits.files !== undefined && this.#files > this.#limits.files) this.#flag('FILE_LIMIT_EXCEEDED')
    this.#parts.push({ name: name ?? '', headers, files, content })
  }
}
