import { z } from 'zod'
import { broadReasons, exceptionId, isExpired, isOfRule, type Kept } from './scope.ts'

const time = z.iso.datetime()

export const ExceptionBody = z.strictObject({
  event: z.uuid().meta({ description: 'Id of a blocked or reported request' }),
  finding: z.int().min(0).max(100).meta({ description: 'Its place among the findings of the request, from 0' }),
  note: z.string().min(1).max(500).optional(),
  expiresAt: time.optional(),
})

const scope = {
  operation: z.string(),
  place: z.string().optional(),
  name: z.string().optional(),
  by: z.string().optional(),
  class: z.string().optional(),
  rule: z.int().optional(),
  variable: z.string().optional(),
}

/** What an exception lets through: `place`, `name`, `by`, `class`, or `rule` and `variable`. */
export const ScopeShape = z.object(scope)

export const ExceptionAnswer = z.object({
  id: z.string(),
  kind: z.enum(['finding', 'rule']),
  ...scope,
  note: z.string().nullable(),
  expiresAt: time.nullable(),
  expired: z.boolean(),
  made: z
    .object({ at: time, by: z.object({ type: z.string(), id: z.string() }).nullable(), event: z.uuid().nullable() })
    .nullable(),
  broad: z.array(z.string()).meta({ description: 'Why it lets more through than one thing' }),
})

export const ExceptionList = z.object({ items: z.array(ExceptionAnswer), next: z.null() })

export function showException(kept: Kept, now: Date): z.input<typeof ExceptionAnswer> {
  const { note = null, expiresAt = null, made = null, ...own } = kept
  return {
    id: exceptionId(kept),
    kind: isOfRule(kept) ? 'rule' : 'finding',
    ...own,
    note,
    expiresAt,
    expired: isExpired(kept, now),
    made,
    broad: [...broadReasons(kept)],
  }
}
