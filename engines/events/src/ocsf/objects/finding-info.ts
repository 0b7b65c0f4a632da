import type { z } from 'zod'
import { object, text } from '../schema.ts'

/** What was found. */
export interface FindingInfo {
  /** Of the finding, not of the event: several events tell of one finding. */
  readonly uid: string
  readonly title: string
}

export const FindingInfo: z.ZodType<FindingInfo> = object<FindingInfo>({ uid: text, title: text })
