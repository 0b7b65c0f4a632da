import type { z } from 'zod'
import { object, text } from '../schema.ts'

/** What an operation or a finding is about. */
export interface ResourceDetails {
  readonly uid: string
  /** The Cedar type. */
  readonly type: string
}

export const ResourceDetails: z.ZodType<ResourceDetails> = object<ResourceDetails>({ uid: text, type: text })
