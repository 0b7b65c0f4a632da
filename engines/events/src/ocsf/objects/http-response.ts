import type { z } from 'zod'
import { count, object } from '../schema.ts'

export interface HttpResponse {
  /** The status code. */
  readonly code: number
}

export const HttpResponse: z.ZodType<HttpResponse> = object<HttpResponse>({ code: count })
