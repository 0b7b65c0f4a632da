import type { z } from 'zod'
import { listOf, object, optional, text, timestamp } from '../schema.ts'

/** What was found. */
export interface FindingInfo {
  /** Of the finding, not of the event: several events tell of one finding. */
  readonly uid: string
  readonly title: string
  readonly desc?: string | undefined
  readonly types?: readonly string[] | undefined
  /** Milliseconds since 1970. */
  readonly first_seen_time?: number | undefined
  /** Milliseconds since 1970. */
  readonly last_seen_time?: number | undefined
}

export const FindingInfo: z.ZodType<FindingInfo> = object<FindingInfo>({
  uid: text,
  title: text,
  desc: optional(text),
  types: optional(listOf(text)),
  first_seen_time: optional(timestamp),
  last_seen_time: optional(timestamp),
})
