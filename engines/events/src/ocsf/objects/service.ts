import type { z } from 'zod'
import { object, text } from '../schema.ts'

/** What was signed in to, or whose interface was used: an application, or the software itself. */
export interface Service {
  readonly name: string
}

export const Service: z.ZodType<Service> = object<Service>({ name: text })
