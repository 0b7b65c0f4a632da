import type { z } from 'zod'
import { object, optional, text } from '../schema.ts'

/** Of an address only what is no secret: neither user information nor query. */
export interface Url {
  readonly path: string
  /** Without port. */
  readonly hostname?: string | undefined
}

export const Url: z.ZodType<Url> = object<Url>({ path: text, hostname: optional(text) })
