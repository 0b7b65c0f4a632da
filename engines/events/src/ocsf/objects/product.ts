import type { z } from 'zod'
import { object, optional, text } from '../schema.ts'

/** A piece of software. */
export interface Product {
  readonly name: string
  readonly vendor_name?: string | undefined
  readonly version?: string | undefined
}

export const Product: z.ZodType<Product> = object<Product>({
  name: text,
  vendor_name: optional(text),
  version: optional(text),
})
