import type { GatewayProblemCode } from '@holdfast/bundle'

export { gatewayProblems as catalogue } from '@holdfast/bundle'

export type RefusalCode = GatewayProblemCode

/** Why a request goes no further. `detail` is a sentence for the client; it never quotes a secret. */
export interface Refusal {
  readonly code: RefusalCode
  readonly detail: string
  /** Flat list of further response headers, as `['Retry-After', '5']`. */
  readonly headers?: readonly string[]
  /** Further members of the problem's body. */
  readonly members?: Readonly<Record<string, string>>
  /** What only operators may read. */
  readonly cause?: string
  /** What inspection found, for the event. */
  readonly found?: Readonly<Record<string, unknown>>
  /** Of the event that tells of it already. */
  readonly eventId?: string
}

export const refusal = (code: RefusalCode, detail: string, headers?: readonly string[]): Refusal =>
  headers === undefined ? { code, detail } : { code, detail, headers }

/** Tells a refusal from the result of a check. */
export const isRefusal = (value: object): value is Refusal => 'code' in value && 'detail' in value
