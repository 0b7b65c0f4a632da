import { z } from 'zod'
import { type EventData, Reference } from '../../event.ts'
import { object, optional, text } from '../schema.ts'

/** What the class has no attribute for. */
export interface Unmapped {
  /** `data` of the compact event; absent when it is empty. */
  readonly data?: EventData | undefined
  /** The resource; null where there is none, and the class's own place holds something else. */
  readonly resource?: Reference | null | undefined
  readonly source?: UnmappedSource | undefined
  /** Of findings and incidents, whose status is another thing: how it ended, when not well. */
  readonly outcome?: 'refused' | 'failure' | undefined
}

export interface UnmappedSource {
  readonly address?: string | undefined
  readonly userAgent?: string | undefined
}

export const Unmapped: z.ZodType<Unmapped> = object<Unmapped>({
  data: z.record(z.string(), z.unknown()).optional(),
  resource: Reference.nullable().optional(),
  source: optional(object<UnmappedSource>({ address: optional(text), userAgent: optional(text) })),
  outcome: z.enum(['refused', 'failure']).optional(),
})
