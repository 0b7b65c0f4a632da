import type { Mode, RouteMask } from '@holdfast/http-guard'
import { type AnswerWatch, type Protect, type Refusal, refusal } from '@holdfast/sdk/edge/guard'
import { type Allowed, maskText } from './mask.ts'

export interface Masking {
  readonly mask: RouteMask
  readonly mode: Mode
  /** Asks at the moment when the answer is there; null: nothing can be decided any more. */
  readonly decide: () => Allowed | null
  /** Told of an answer that goes out although it could not be masked. */
  readonly onPassed: (refusal: Refusal) => void
}

/** Bytes of an answer that is held back to be masked. */
const mostBytes = 4 * 1024 * 1024
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
/** RFC 9110 section 8.3, RFC 6839 section 3.1; JSON has no other charset (RFC 8259 section 8.1). */
const json = /^\s*application\/(?:[\w.!#$&^+-]+\+)?json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i

/**
 * An answer whose objects are reduced to what the caller may see. Only a success is: what an application says of its failures is not its data.
 * @param inner who looks at it besides, before it is masked
 */
export function maskAnswer(
  inner: AnswerWatch | null,
  { status, fields }: { readonly status: number; readonly fields: readonly string[] },
  masking: Masking,
): AnswerWatch | null {
  if (status < 200 || status > 299 || valuesOf(fields, 'content-length')[0] === '0') return inner
  const problem = status === 204 ? null : unreadable(status, fields)
  const stopped = problem === null ? null : stop(masking, problem)
  if (problem !== null && stopped === null) return inner
  let wants: AnswerWatch['wants'] = 'whole'
  return {
    refusal: inner?.refusal ?? stopped,
    get wants() {
      return wants
    },
    mostBytes: Math.max(mostBytes, inner?.wants === 'whole' ? inner.mostBytes : 0),
    part: (chunk) => inner?.part(chunk) ?? null,
    whole: (body) => {
      const seen = lookedAt(inner, body)
      if (seen.refusal !== null) return seen
      const own = seen.body ?? body
      if (own.length === 0) return seen
      const masked = apply(own, masking)
      if (typeof masked === 'string') return { refusal: stop(masking, masked), body: seen.body }
      if (masking.mode === 'block') return { refusal: null, body: masked }
      if (!masked.equals(own)) stop(masking, 'members of it would be hidden')
      return seen
    },
    beyond: (beginning) => {
      const refused = stop(masking, `it is longer than ${mostBytes} bytes`)
      if (refused !== null || inner === null) {
        wants = 'nothing'
        return refused
      }
      const own = inner.wants === 'whole' ? inner.beyond(beginning) : null
      wants = inner.wants === 'whole' ? 'nothing' : inner.wants
      return own
    },
  }
}

function lookedAt(inner: AnswerWatch | null, body: Buffer): ReturnType<AnswerWatch['whole']> {
  if (inner === null || inner.wants === 'nothing') return { refusal: null, body: null }
  return inner.wants === 'whole' ? inner.whole(body) : { refusal: inner.part(body), body: null }
}

/** @returns the masked body, or why there is none */
function apply(body: Buffer, { mask, decide }: Masking): Buffer | string {
  const allowed = decide()
  if (allowed === null) return 'the policies are not at hand any more'
  try {
    const masked = maskText(utf8.decode(body), mask, allowed)
    return typeof masked === 'string' ? Buffer.from(masked) : masked.why
  } catch (error) {
    return error instanceof TypeError ? 'it is not UTF-8' : 'it could not be masked'
  }
}

/** What its head says. @returns null where it may be JSON */
function unreadable(status: number, fields: readonly string[]): string | null {
  if (status === 206) return 'it is a part of an answer'
  if (valuesOf(fields, 'content-encoding').some((coding) => coding.trim().toLowerCase() !== 'identity'))
    return 'it is encoded'
  const [type = '', ...more] = valuesOf(fields, 'content-type')
  return more.length === 0 && json.test(type) ? null : 'it is not declared as JSON'
}

const valuesOf = (fields: readonly string[], name: string): readonly string[] =>
  fields.filter((_, at) => at % 2 === 1 && fields[at - 1]?.toLowerCase() === name)

/** @returns null where the mode lets it go all the same */
function stop({ mask, mode, onPassed }: Masking, why: string): Refusal | null {
  const finding = { kind: 'schema', code: 'answer_unmasked', place: 'response', name: mask.at, by: 'mask', why }
  const more = { inName: false, decoding: [], class: '', context: '', evidence: '' }
  const found = { findings: [{ ...finding, ...more }] }
  const refused = { ...refusal('answer_refused', 'What the application answered may not leave.'), found }
  if (mode === 'block') return refused
  onPassed(refused)
  return null
}

/** What these say is of the whole answer: they would tell of a change in what is hidden. */
const ofTheWhole: ReadonlySet<string> = new Set([
  'accept-ranges',
  'cache-control',
  'etag',
  'expires',
  'last-modified',
  'pragma',
])

/** A masked answer is one caller's, and nobody else's cache may keep it. */
export function maskedFields(protect: Protect, method: string): Protect {
  return {
    hides: (lower) =>
      ofTheWhole.has(lower) || (method === 'HEAD' && lower === 'content-length') || protect.hides(lower),
    complete: (fields, status) => {
      fields.push('Cache-Control', 'private, no-cache')
      protect.complete(fields, status)
    },
  }
}
