import type { z } from 'zod'
import { object, text } from '../schema.ts'
import { Service } from './service.ts'

/** An operation of an interface. */
export interface Api {
  /** The action that was asked for, else the kind of the event. */
  readonly operation: string
  readonly service: Service
}

export const Api: z.ZodType<Api> = object<Api>({ operation: text, service: Service })
