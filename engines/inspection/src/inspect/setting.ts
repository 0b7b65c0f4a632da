import type { Api, Look, Plan } from '../api/types.ts'
import type { Limits } from '../limits.ts'
import type { AnswerOptions, Mode } from '../types.ts'
import type { Exempt } from '../verdict/exceptions.ts'
import type { Remembered } from './remembered.ts'

/** What is the same for all requests of an inspector. */
export interface Setting {
  readonly api: Api | null
  readonly modeOf: (method: string, path: string, template: string | null) => Mode
  readonly exempt: Exempt
  readonly strict: boolean
  readonly limits: Limits
  readonly free: Plan & { readonly text: Look }
  readonly header: Look
  /** For User-Agent. */
  readonly agent: Look
  readonly remembered: Remembered
  readonly answers: AnswerOptions
  readonly learn: boolean
}
