import type { z } from 'zod'
import { optional, text, withOneOf } from '../schema.ts'

/** A group of people and services. */
export interface Group {
  readonly uid?: string | undefined
  readonly name?: string | undefined
}

export const Group: z.ZodType<Group> = withOneOf<Group>(['uid', 'name'], { uid: optional(text), name: optional(text) })

/** Stands where the class demands a group and none is known. */
export const unknownGroup: Group = { name: 'Unknown' }
