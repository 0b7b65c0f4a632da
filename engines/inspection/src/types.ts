import type { Decoding, Detector, DetectorName } from '@holdfast/detectors'
import type { Api, Operation } from './api/types.ts'
import type { Code } from './codes.ts'
import type { Limits } from './limits.ts'

/** The head of a request as it was received. */
export interface RequestHead {
  readonly method: string
  /** In origin-form, byte for byte as it stands in the request line: path and query. */
  readonly target: string
  /** Names and values by turns, as Node's `rawHeaders`: each character of a value is one byte. */
  readonly headers: readonly string[]
}

export interface ResponseHead {
  readonly status: number
  /** Names and values by turns. */
  readonly headers: readonly string[]
}

/** Where in a request something was found. `part` bodies are the parts of multipart/form-data. */
export type Place = 'path' | 'query' | 'header' | 'cookie' | 'body' | 'file' | 'response'

/**
 * What was found.
 * - `ambiguity`: two programs may read the request in two ways, or it is more than is read
 * - `schema`: the API's document does not allow it
 * - `attack`: a detector read the value as an attack
 * - `leak`: an answer tells what it should not
 */
export type FindingKind = 'ambiguity' | 'schema' | 'attack' | 'leak'

export interface Finding {
  readonly kind: FindingKind
  readonly code: Code
  readonly place: Place
  /** Of the parameter, header or cookie; in a body a JSON pointer (`/items/0/name`); empty for the whole place. */
  readonly name: string
  /** It was the name itself, not its value. */
  readonly inName: boolean
  /** The steps that led from the value as it came to what was found. */
  readonly decoding: readonly Decoding[]
  /** The detector, the keyword of the schema, or the rule of reading that says so. */
  readonly by: DetectorName | (string & {})
  /** The kind of attack in the detector's terms and the context in which it was read; else empty. */
  readonly class: string
  readonly context: string
  /** A sentence without the value itself. */
  readonly why: string
  /** At most 160 characters of what was found, secrets replaced; empty where the value must not be shown. */
  readonly evidence: string
  /** The value itself before those steps, or what stands around the evidence; not there where it would say no more, or must not be shown. */
  readonly arrived?: string
}

/** off: nothing is looked at; report: all passes, and what was found is told; block: what was found is refused. */
export type Mode = 'off' | 'report' | 'block'

export type Outcome = 'pass' | 'report' | 'block'

export interface Verdict {
  readonly outcome: Outcome
  readonly mode: Mode
  /** Of the first finding; null where there is none. */
  readonly code: Code | null
  readonly findings: readonly Finding[]
}

/** A mode for some paths: the first that fits decides. */
export interface RouteMode {
  /** All methods when left out. */
  readonly method?: string
  /** `/orders/{id}`, `/files/**`. */
  readonly path: string
  readonly mode: Mode
}

/** What is found here is none. All of it must fit. */
export interface Exception {
  /** `POST /comments`, `* /files/**`: a path as in `RouteMode`. */
  readonly operation: string
  readonly place: Place
  /** As in the finding; in a JSON pointer the step `*` stands for any: `/items/[*]/name` written without the brackets. */
  readonly name: string
  /** As in the finding: a detector's name, `additionalProperties`, ... */
  readonly by: string
  /** Of this class only. */
  readonly class?: string
  /** Milliseconds since 1970 by `InspectorOptions.now`: from then on it does nothing. */
  readonly until?: number
}

/** What one request gave to tell, for one event. */
export interface Summary extends Verdict {
  /** `POST /orders/{id}`; null where the path is unknown or there is no document. */
  readonly operation: string | null
  /** Values that were read, that their schema proved, and that detectors looked at. */
  readonly values: { readonly read: number; readonly proven: number; readonly inspected: number }
}

export interface InspectorOptions {
  readonly api?: Api
  /** Where no route says otherwise; `block` unless given. */
  readonly mode?: Mode
  readonly routes?: readonly RouteMode[]
  readonly exceptions?: readonly Exception[]
  /** Milliseconds since 1970: exceptions that end need it, and have ended where it is not given. */
  readonly now?: () => number
  /** Unknown paths, methods and parameters are found (`refuse`, the default), or inspected as free text (`inspect`); fields: see `ApiOptions`. */
  readonly unknown?: 'refuse' | 'inspect'
  readonly limits?: Partial<Limits>
  /** All of them unless given. */
  readonly detectors?: readonly Detector[]
  /** How many values of headers and cookies that were found clean are remembered; 2,048 unless given. */
  readonly remembered?: number
  /** What is looked at in answers: nothing unless given. */
  readonly answers?: AnswerOptions
  /** Requests say what learning wants to know of them (`Inspection.observed`). */
  readonly learn?: boolean
}

/** What learning wants to know of a request. */
export interface Observed {
  readonly method: string
  /** As written, without the query. */
  readonly path: string
  readonly operation: Operation | null
  readonly query: readonly (readonly [name: string, value: string])[]
  readonly contentType: string | null
  /** The JSON value, or the fields of a form as an object; undefined where there is none. */
  readonly body: unknown
}

export interface Inspector {
  begin(head: RequestHead, mode?: Mode): Inspection
}

/** One request on its way: `begin`, then `body` where it is wanted, then `answer` where it is wanted. Never throws. */
export interface Inspection {
  /** So far. */
  readonly verdict: Verdict
  /** As in the summary, known from the head. */
  readonly operation: string | null
  /** For a learner, once all was read; null where something other than an unknown name was found, or nobody wants to learn. */
  readonly observed: Observed | null
  /** How many bytes of the body are wanted, at most; 0: none, it may be streamed. More than that is a finding of `body_too_large`. */
  readonly wantsBody: number
  /** Of a body that is declared as binary: so many of its first bytes tell whether it is wanted; 0: that is known. */
  readonly wantsFirst: number
  /**
   * Told again with more of it as it comes, until `wantsFirst` is 0; what holds then, says `wantsBody`.
   * @param bytes the beginning of the body
   */
  first(bytes: Uint8Array): void
  /** @param bytes the whole body; of a longer one anything longer than `wantsBody` */
  body(bytes: Uint8Array): Verdict
  /** Looks at the head of the answer. */
  answer(head: ResponseHead): AnswerReader
  summary(): Summary
}

/** What becomes of an answer. Its verdicts tell of the answer alone; a mode of its own decides about them (`AnswerOptions`). */
export interface AnswerReader {
  /** After the head. */
  readonly verdict: Verdict
  /** `whole`: collect up to `mostBytes`, then `whole`; `windows`: each chunk to `chunk`, before it is sent on; `nothing`. */
  readonly wants: 'whole' | 'windows' | 'nothing'
  readonly mostBytes: number
  /** @returns what was found so far: what is behind cannot be unsent, this chunk and the rest can */
  chunk(bytes: Uint8Array): Verdict
  /** @returns with it the body to send in place of the one that came (masked); null for the same */
  whole(bytes: Uint8Array): { readonly verdict: Verdict; readonly body: Uint8Array | null }
}

export interface AnswerOptions {
  /** JSON answers and what the document says of them; `mask` takes members out that it does not know, and reports the rest. */
  readonly schema?: Mode | 'mask'
  /** Stack traces, database errors, keys, cards, directory listings, banners. */
  readonly leaks?: Mode
}
