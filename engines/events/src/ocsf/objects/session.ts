import type { z } from 'zod'
import { object, optional, text, timestamp } from '../schema.ts'

/** A sign-in, or its session at a guarded host. */
export interface Session {
  readonly uid: string
  /** Milliseconds since 1970. */
  readonly created_time?: number | undefined
  /** Milliseconds since 1970. */
  readonly expiration_time?: number | undefined
}

export const Session: z.ZodType<Session> = object<Session>({
  uid: text,
  created_time: optional(timestamp),
  expiration_time: optional(timestamp),
})
