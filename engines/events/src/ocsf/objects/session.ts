import type { z } from 'zod'
import { object, text } from '../schema.ts'

/** A sign-in, or its session at a guarded host. */
export interface Session {
  readonly uid: string
}

export const Session: z.ZodType<Session> = object<Session>({ uid: text })
