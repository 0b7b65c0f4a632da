import { bytesOf } from '@holdfast/detectors'
import { mediaFor } from '../api/operation.ts'
import type { Found as FoundOperation, Operation } from '../api/types.ts'
import type { SchemaCode } from '../codes.ts'
import { createAnswerReader } from '../answer/reader.ts'
import { percentDecode } from '../read/bytes.ts'
import { type ContentType, isOpaque, readContentType, UNTYPED } from '../read/content-type.ts'
import { type Coding, decodeBody, mayBeEncoded, readCodings } from '../read/encoding.ts'
import { readCookies } from '../read/cookies.ts'
import { type Headers, readHeaders } from '../read/headers.ts'
import { type Field, readPairs } from '../read/pairs.ts'
import { FIRST, looksLikeText, mayHideText } from '../read/peek.ts'
import type { Report } from '../read/problem.ts'
import { readTarget } from '../read/target.ts'
import type { AnswerReader, Inspection, Mode, Observed, RequestHead, ResponseHead, Summary, Verdict } from '../types.ts'
import { Ledger } from '../verdict/ledger.ts'
import { checkBody } from './body.ts'
import { textsOfAuthorization } from './authorization.ts'
import { isLookedAt } from './headers.ts'
import { Looker } from './looker.ts'
import { checkCookies, checkHeaders, checkPath, checkQuery, type Desk, inspectFreely } from './parameters.ts'
import type { Setting } from './setting.ts'

/** One request under inspection: the head is looked at when it is made. */
export class RequestInspection implements Inspection {
  readonly #setting: Setting
  readonly #head: RequestHead
  readonly #desk: Desk
  readonly #path: string
  readonly #template: string | null
  readonly #operation: Operation | null
  readonly #query: readonly Field[]
  #type: ContentType | null
  /** Of the body, as they were applied. */
  #codings: readonly Coding[] = []
  /** It is declared as binary, and may be text all the same. */
  #wasBinary = false
  wantsBody: number
  wantsFirst = 0
  observed: Observed | null = null

  constructor(setting: Setting, head: RequestHead, own?: Mode) {
    this.#setting = setting
    this.#head = head
    const problems: Parameters<Report>[0][] = []
    const report: Report = (problem) => void problems.push(problem)
    const { path, query } = readTarget(head.target, report)
    const found = setting.api?.find(head.method, path) ?? null
    this.#path = path
    this.#operation = found?.operation ?? null
    this.#template = found === null ? null : found.operation === null ? found.template : found.operation.template
    const mode = own ?? setting.modeOf(head.method, path, this.#template)
    const ledger = new Ledger(mode, setting.limits.findings, (finding) =>
      setting.exempt(finding, head.method, path, this.#template),
    )
    this.#desk = {
      ledger,
      looker: new Looker(ledger),
      free: setting.free,
      limits: setting.limits,
      strict: setting.strict,
    }
    if (mode === 'off') {
      this.#query = []
      this.#type = null
      this.wantsBody = 0
      return
    }
    const headers = readHeaders(head.headers, report)
    const { values: most, nameBytes } = setting.limits
    this.#query =
      query === null ? [] : readPairs(query, { place: 'query', code: 'query_ambiguous', most, nameBytes }, report)
    const cookies = readCookies(headers.cookies, most, report)
    for (const { code, place, name, by, why } of problems) ledger.add({ kind: 'ambiguity', code, place, name, by, why })
    if (found !== null) this.#route(found, headers)
    this.#inspectPath(found)
    this.#inspectQuery()
    this.#inspectHeaders(headers)
    this.#inspectCookies(cookies)
    this.#type = this.#bodyType(headers)
    if (this.#type !== null) this.#readCodings(headers, this.#type)
    this.wantsBody = this.#type === null ? 0 : setting.limits.bodyBytes
    if (this.#type?.kind === 'opaque') {
      if (this.#isDescribed(this.#type)) this.wantsBody = 0
      else this.wantsFirst = FIRST
    }
    if (this.wantsBody === 0) this.#observe(undefined)
  }

  get verdict(): Verdict {
    return this.#desk.ledger.verdict
  }

  get operation(): string | null {
    return this.#operation?.name ?? null
  }

  #wrong(code: SchemaCode, place: 'path' | 'body', by: string, why: string): void {
    this.#desk.ledger.add({ kind: 'schema', code, place, name: '', by, why })
  }

  #route(found: FoundOperation, headers: Headers): void {
    if (found.operation !== null || !this.#desk.strict) return
    // A browser asks before it sends across origins (Fetch, "CORS-preflight fetch"): for a path that is known it may.
    const preflight = this.#head.method === 'OPTIONS' && headers.fields.has('access-control-request-method')
    if (found.code === 'method_unknown' && preflight) return
    this.#wrong(
      found.code,
      'path',
      'unknown',
      found.code === 'path_unknown' ? 'the path is not described' : 'the method is not described for this path',
    )
  }

  #inspectPath(found: FoundOperation | null): void {
    if (found?.operation != null) {
      checkPath(this.#desk, found.operation, found.segments)
      return
    }
    for (const segment of this.#path.split('/', 100)) {
      if (segment !== '') this.#desk.looker.value(percentDecode(segment), this.#desk.free.text, 'path', '', false)
    }
  }

  #inspectQuery(): void {
    if (this.#operation !== null) {
      checkQuery(this.#desk, this.#operation, this.#query)
      return
    }
    const byName = new Map<string, Field[]>()
    for (const field of this.#query) {
      const same = byName.get(field.name)
      if (same === undefined) byName.set(field.name, [field])
      else same.push(field)
    }
    for (const [name, same] of byName) inspectFreely(this.#desk, 'query', name, same)
  }

  #inspectHeaders({ fields }: Headers): void {
    const { looker } = this.#desk
    if (this.#operation !== null) checkHeaders(this.#desk, this.#operation, fields)
    for (const [name, values] of fields) {
      if (name === 'authorization') this.#inspectAuthorization(values)
      if (this.#operation?.header.has(name) === true) continue
      const { agent, header, remembered } = this.#setting
      const look = name === 'user-agent' ? agent : header
      for (const value of values)
        if (isLookedAt(name, value)) looker.remembered(value, look, 'header', name, remembered)
    }
  }

  #inspectAuthorization(values: readonly string[]): void {
    const at = { place: 'header', name: 'authorization' } as const
    for (const value of values) {
      const texts = textsOfAuthorization(value)
      for (const text of texts ?? []) this.#desk.looker.value(text, this.#setting.free.text, at.place, at.name, false)
      if (texts !== null) continue
      const why = 'no token, and programs differ in what they read'
      this.#desk.ledger.add({ kind: 'ambiguity', code: 'header_ambiguous', ...at, by: 'syntax', why })
    }
  }

  #inspectCookies(cookies: readonly { readonly name: string; readonly bytes: string }[]): void {
    if (this.#operation !== null) checkCookies(this.#desk, this.#operation, cookies)
    for (const { name, bytes } of cookies) {
      if (this.#operation?.cookie.has(name) === true) continue
      const { looker, free } = this.#desk
      looker.remembered(bytes, free.text, 'cookie', name, this.#setting.remembered)
      looker.remembered(bytesOf(name), free.text, 'cookie', name, this.#setting.remembered)
    }
  }

  /** How the body is read; null where there is none, or none that can be read. */
  #bodyType({ fields }: Headers): ContentType | null {
    const { ledger } = this.#desk
    const length = fields.get('content-length')?.[0]
    const has = fields.has('transfer-encoding') || (length !== undefined && length !== '0')
    const expected = this.#operation?.body ?? null
    if (!has) {
      if (expected?.required === true) this.#wrong('body_missing', 'body', 'required', 'a body is required')
      return null
    }
    if (this.#operation !== null && expected === null)
      this.#wrong('body_unexpected', 'body', 'unknown', 'no body is described')
    const declared = fields.get('content-type')?.[0]
    if (declared === undefined) {
      if (this.#operation === null) return UNTYPED
      const why = 'a body without a content type is read as each program likes'
      ledger.add({
        kind: 'ambiguity',
        code: 'content_type_ambiguous',
        place: 'header',
        name: 'content-type',
        by: 'missing',
        why,
      })
      return null
    }
    const type = readContentType(declared)
    if ('by' in type) {
      ledger.add({ kind: 'ambiguity', ...type })
      return null
    }
    if (expected !== null && mediaFor(expected.content, type.media) === undefined) {
      ledger.add({
        kind: 'schema',
        code: 'content_type_unknown',
        place: 'header',
        name: 'content-type',
        by: 'unknown',
        why: 'a body of this type is not described',
        evidence: type.media,
      })
    }
    return type
  }

  #readCodings({ fields }: Headers, { kind }: ContentType): void {
    const codings = readCodings(fields.get('content-encoding')?.join() ?? '')
    this.#codings = codings ?? []
    if (codings !== null && (codings.length === 0 || mayBeEncoded(kind))) return
    const why =
      codings === null
        ? 'a body that is encoded in this way cannot be looked into'
        : 'a body of this type is read as it came by programs that do not decode'
    const place = { place: 'header', name: 'content-encoding', by: 'content-encoding' } as const
    this.#desk.ledger.add({ kind: 'ambiguity', code: 'content_encoding_unsupported', ...place, why })
  }

  /** The document says that this operation takes nothing but what is binary: then it is read so. */
  #isDescribed({ media }: ContentType): boolean {
    const content = this.#operation?.body?.content
    if (content === undefined || !content.some(({ range }) => range === media)) return false
    return content.every(({ range }) => isOpaque(range))
  }

  first(bytes: Uint8Array, whole = false): void {
    if (this.#type === null || this.wantsFirst === 0) return
    // Decoded once: a client may send byte by byte.
    if (this.#codings.length > 0 && !whole && bytes.length < FIRST) return
    const isText = looksLikeText(bytes, whole) || mayHideText(bytes, this.#codings)
    if (isText && !whole && bytes.length < FIRST) return
    this.wantsFirst = 0
    if (isText) {
      this.#type = { ...this.#type, kind: 'untyped' }
      this.#wasBinary = true
      return
    }
    this.wantsBody = 0
    this.#observe(undefined)
  }

  body(bytes: Uint8Array): Verdict {
    this.first(bytes, true)
    if (this.#type === null || this.wantsBody === 0) return this.verdict
    if (bytes.length > this.wantsBody) {
      const why = `more than ${this.wantsBody} bytes are not looked at`
      this.#desk.ledger.add({ kind: 'ambiguity', code: 'body_too_large', place: 'body', name: '', by: 'limit', why })
      return this.verdict
    }
    if (bytes.length === 0) {
      if (this.#operation?.body?.required === true)
        this.#wrong('body_missing', 'body', 'required', 'a body is required')
      this.#observe(undefined)
      return this.verdict
    }
    const report: Report = (problem) => this.#desk.ledger.add({ kind: 'ambiguity', ...problem })
    const decoded = decodeBody(bytes, this.#codings, this.wantsBody, report)
    if (decoded === null) return this.verdict
    const isBinary = this.#wasBinary && this.#codings.length > 0 && !looksLikeText(decoded, true)
    this.#observe(isBinary ? undefined : checkBody(this.#desk, this.#operation, this.#type, decoded))
    return this.verdict
  }

  /** Nobody learns from an attack. */
  #observe(body: unknown): void {
    if (this.verdict.findings.some(({ kind }) => kind !== 'schema')) return
    if (!this.#setting.learn) return
    this.observed = {
      method: this.#head.method,
      path: this.#path,
      operation: this.#operation,
      query: this.#query.map(({ name, value }) => [name, value] as const),
      contentType: this.#type?.media ?? null,
      body,
    }
  }

  answer(head: ResponseHead): AnswerReader {
    const setting = this.#desk.ledger.mode === 'off' ? { ...this.#setting, answers: {} } : this.#setting
    return createAnswerReader(setting, this.#operation, head, (finding) =>
      setting.exempt(finding, this.#head.method, this.#path, this.#template),
    )
  }

  summary(): Summary {
    return { ...this.verdict, operation: this.operation, values: { ...this.#desk.looker.counts } }
  }
}
