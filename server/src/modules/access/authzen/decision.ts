import type { Explanation } from '@holdfast/policy'
import { z } from 'zod'

/** Section 5.5: a decision, and what it rests on or why it could not be taken. */
export const Decision = z
  .object({
    decision: z.boolean(),
    context: z.union([
      z.object({
        reasons: z.array(z.string()),
        explanation: z.string(),
        /** policies that could not be evaluated: a permit does not count then, a forbid denies */
        errors: z.array(z.object({ policy: z.string(), message: z.string() })),
      }),
      z.object({ error: z.object({ status: z.int(), code: z.string(), message: z.string() }) }),
    ]),
  })
  .meta({ description: 'AuthZEN decision' })

export type Decision = z.output<typeof Decision>

export function decisionOf({ decision, reasons, text, errors }: Explanation): Decision {
  return {
    decision: decision === 'allow',
    context: { reasons: [...reasons], explanation: text, errors: errors.map((each) => ({ ...each })) },
  }
}
