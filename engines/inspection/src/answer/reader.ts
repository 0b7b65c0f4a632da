import { mediaFor } from '../api/operation.ts'
import type { Operation, Shape } from '../api/types.ts'
import type { Setting } from '../inspect/setting.ts'
import { decodeUtf8 } from '../read/bytes.ts'
import { type ContentType, readContentType } from '../read/content-type.ts'
import { readHeaders } from '../read/headers.ts'
import { readJson } from '../read/json.ts'
import type { AnswerReader, Mode, ResponseHead, Verdict } from '../types.ts'
import type { Where } from '../verdict/exceptions.ts'
import { Ledger } from '../verdict/ledger.ts'
import { type Leak, LeakScanner } from './leaks.ts'
import { maskJson } from './mask.ts'
import { BANNERS } from './rules.ts'

/** Of these the mode of schema and that of leaks are kept apart: each has findings of its own. */
interface Books {
  readonly schema: Ledger
  readonly leaks: Ledger
}

const ORDER: Readonly<Record<Verdict['outcome'], number>> = { pass: 0, report: 1, block: 2 }

export function createAnswerReader(
  setting: Setting,
  operation: Operation | null,
  head: ResponseHead,
  exempt: (found: Where) => boolean,
): AnswerReader {
  const { schema: schemaMode = 'off', leaks: leakMode = 'off' } = setting.answers
  const most = setting.limits.findings
  const book = (mode: Mode) => new Ledger(mode, most, exempt)
  const books: Books = { schema: book(schemaMode === 'mask' ? 'report' : schemaMode), leaks: book(leakMode) }
  const { fields } = readHeaders(head.headers, () => undefined)
  if (leakMode !== 'off') {
    for (const [name, tells] of BANNERS) {
      if (fields.get(name)?.some((value) => tells.test(value)) === true)
        leak(books, { class: 'banner', by: name, why: 'a header field tells which software answers' }, name)
    }
  }
  const declared = fields.get('content-type')?.[0]
  const parsed = declared === undefined ? null : readContentType(declared)
  const type = parsed === null || 'by' in parsed ? null : parsed
  const encoded = !['', 'identity', undefined].includes(fields.get('content-encoding')?.[0]?.toLowerCase())
  const shape = schemaMode === 'off' || encoded ? null : shapeOf(books, operation, head.status, type)
  const readable = type !== null && type.kind !== 'opaque' && !encoded
  const scanner = leakMode === 'off' || !readable ? null : new LeakScanner()
  return new Reader(books, shape, scanner, schemaMode === 'mask', setting)
}

/** The schema of a JSON answer; what the document does not know at all is found here. */
function shapeOf(
  { schema }: Books,
  operation: Operation | null,
  status: number,
  type: ContentType | null,
): Shape | null {
  if (operation === null || type?.kind !== 'json') return null
  const { answers } = operation
  const answer = answers.get(String(status)) ?? answers.get(`${String(status)[0]}XX`) ?? answers.get('DEFAULT')
  const media = answer === undefined ? undefined : mediaFor(answer.content, type.media)
  if (media === undefined) {
    const why =
      answer === undefined ? `no answer with status ${status} is described` : 'an answer of this type is not described'
    schema.add({ kind: 'schema', code: 'answer_unknown', place: 'response', name: '', by: 'unknown', why })
    return null
  }
  return media.schema
}

function leak({ leaks }: Books, { class: kind, by, why }: Leak, name = ''): void {
  leaks.add({ kind: 'leak', code: 'answer_leaks', place: 'response', name, by, class: kind, why })
}

class Reader implements AnswerReader {
  readonly wants: AnswerReader['wants']
  readonly mostBytes: number
  readonly #books: Books
  readonly #shape: Shape | null
  readonly #scanner: LeakScanner | null
  readonly #masks: boolean
  readonly #setting: Setting

  constructor(books: Books, shape: Shape | null, scanner: LeakScanner | null, masks: boolean, setting: Setting) {
    this.#books = books
    this.#shape = shape
    this.#scanner = scanner
    this.#masks = masks
    this.#setting = setting
    this.wants = shape !== null ? 'whole' : scanner !== null ? 'windows' : 'nothing'
    this.mostBytes = setting.limits.bodyBytes
  }

  get verdict(): Verdict {
    const { schema, leaks } = this.#books
    const [first, second] = [schema.verdict, leaks.verdict]
    if (first.outcome === 'pass') return second
    if (second.outcome === 'pass') return first
    const stricter = ORDER[first.outcome] >= ORDER[second.outcome] ? first : second
    return { ...stricter, findings: [...first.findings, ...second.findings] }
  }

  chunk(bytes: Uint8Array): Verdict {
    for (const found of this.#scanner?.chunk(bytes) ?? []) leak(this.#books, found)
    return this.verdict
  }

  whole(bytes: Uint8Array): { readonly verdict: Verdict; readonly body: Uint8Array | null } {
    this.chunk(bytes)
    const text = this.#shape === null ? null : decodeUtf8(bytes)
    const json = text === null ? null : readJson(text, this.#setting.limits)
    if (this.#shape === null) return { verdict: this.verdict, body: null }
    if (text === null || json === null || 'code' in json) {
      this.#found('answer_invalid', '', 'syntax', 'the answer is not the JSON that it says it is')
      return { verdict: this.verdict, body: null }
    }
    return this.#masks ? this.#masked(text, this.#shape) : this.#checked(json.value, this.#shape)
  }

  #checked(value: unknown, shape: Shape): { verdict: Verdict; body: null } {
    const invalid = shape.check(value)
    if (invalid !== null) {
      const { at, keyword, message, unknown } = invalid
      if (unknown === null) this.#found('answer_invalid', at, keyword, message)
      else this.#found('answer_unknown', `${at}/${unknown}`, 'unknown', 'is not described')
    }
    return { verdict: this.verdict, body: null }
  }

  #masked(text: string, shape: Shape): { verdict: Verdict; body: Uint8Array | null } {
    const masked = maskJson(text, shape.plan)
    for (const name of masked.removed)
      this.#found('answer_unknown', `/${name}`, 'unknown', 'is not described, and was taken out')
    const json = readJson(masked.text, this.#setting.limits)
    if ('value' in json) this.#checked(json.value, shape)
    return { verdict: this.verdict, body: masked.removed.length === 0 ? null : new TextEncoder().encode(masked.text) }
  }

  #found(code: 'answer_invalid' | 'answer_unknown', name: string, by: string, why: string): void {
    this.#books.schema.add({ kind: 'schema', code, place: 'response', name, by, why })
  }
}
