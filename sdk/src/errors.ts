import type { SdkProblemCode } from '@holdfast/bundle'
import { responseOf } from './problem.ts'

/** Stable codes of what the SDK refuses or cannot do; `sdkProblems` of `@holdfast/bundle` says what each means. */
export type HoldfastErrorCode = SdkProblemCode

export interface HoldfastErrorFields {
  readonly code: HoldfastErrorCode
  readonly status: number
  readonly title: string
  /** One sentence for whoever called. */
  readonly detail: string
  /** URI of the page that documents the code. */
  readonly type: string
  /** Id of the event that records it. */
  readonly eventId?: string | undefined
  /** The gateway's id of the request. */
  readonly requestId?: string | undefined
  /** Header fields that the answer must carry, as `WWW-Authenticate`. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Further members of the problem's body. */
  readonly members?: Readonly<Record<string, string | number>> | undefined
  /** For whoever reads the application's own log. Default: the detail. */
  readonly message?: string | undefined
  readonly cause?: unknown
}

/** Everything that the SDK throws because of a request. `status` and `headers` are where Express looks for them. */
export class HoldfastError extends Error {
  override readonly name: string = 'HoldfastError'
  readonly code: HoldfastErrorCode
  readonly status: number
  readonly title: string
  readonly detail: string
  readonly type: string
  readonly eventId: string | undefined
  /** The gateway's id of the request; undefined when it did not verifiably come through a gateway. */
  readonly requestId: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly members: Readonly<Record<string, string | number>>

  constructor(fields: HoldfastErrorFields) {
    const { code, status, title, detail, type, eventId, requestId, headers = {}, members = {} } = fields
    super(fields.message ?? detail, fields.cause === undefined ? undefined : { cause: fields.cause })
    this.code = code
    this.status = status
    this.title = title
    this.detail = detail
    this.type = type
    this.eventId = eventId
    this.requestId = requestId
    this.headers = headers
    this.members = members
  }

  /** The answer to send, problem+json; Hono calls this by itself. */
  getResponse(): Response {
    return responseOf(this)
  }
}

/** Why a decision was no: a sentence, and the permit that came nearest with its first condition that did not hold. */
export interface Explanation {
  readonly text: string
  readonly nearest: { readonly policy: string; readonly failed: string } | null
}

/** A decision was no. */
export class ForbiddenError extends HoldfastError {
  override readonly name: string = 'ForbiddenError'
  /** Names of the policies that forbade it; empty when none permitted it. */
  readonly policies: readonly string[]
  readonly explanation: Explanation
  /** Whether the answer may tell it. */
  readonly shown: boolean

  constructor(fields: HoldfastErrorFields, policies: readonly string[], explanation: Explanation, shown: boolean) {
    super(fields)
    this.policies = policies
    this.explanation = explanation
    this.shown = shown
  }
}
