import type { z } from 'zod'
import { listOf, object, oneOf, text } from '../schema.ts'

/** Whether a control holds. */
export interface Compliance {
  /** Id of the control. */
  readonly control: string
  readonly standards: readonly string[]
  readonly status: 'Pass' | 'Warning' | 'Fail'
  /** 1 Pass, 2 Warning, 3 Fail */
  readonly status_id: 1 | 2 | 3
}

export const Compliance: z.ZodType<Compliance> = object<Compliance>({
  control: text,
  standards: listOf(text),
  status: oneOf(['Pass', 'Warning', 'Fail']),
  status_id: oneOf([1, 2, 3]),
}).refine(({ status, status_id: id }) => status === { 1: 'Pass', 2: 'Warning', 3: 'Fail' }[id], {
  message: 'status must be the caption of status_id',
})
