import { z } from 'zod'

/** When an exception ends, and how it came to be: nobody dares to take away what nobody remembers the reason of. */
export interface ExceptionOrigin {
  /** From then on it does nothing. */
  readonly expiresAt?: string | undefined
  readonly note?: string | undefined
  /** Written by the control plane: who made it when, and of which event. */
  readonly made?: ExceptionMade | undefined
}

export interface ExceptionMade {
  readonly at: string
  readonly by: { readonly type: string; readonly id: string } | null
  readonly event: string | null
}

/** What is found here is none. All of it must fit. */
export interface InspectionException extends ExceptionOrigin {
  /** `POST /comments`, `* /files/**` */
  readonly operation: string
  readonly place: 'path' | 'query' | 'header' | 'cookie' | 'body' | 'file' | 'response'
  readonly name: string
  readonly by: string
  readonly class?: string | undefined
}

/** A rule in SecLang that does not look at one variable, as `ctl:ruleRemoveTargetById` has it. */
export interface RuleException extends ExceptionOrigin {
  readonly operation: string
  readonly rule: number
  /** One variable with its selector: `ARGS:text`, `REQUEST_COOKIES:session`. */
  readonly variable: string
}

const text = z.string().max(512)

const operation = z
  .string()
  .max(2048)
  .regex(/^(?:\*|[A-Z][A-Z-]{0,31}) \/\S*$/, 'a method or *, a blank, and a path: POST /comments')

const origin = {
  expiresAt: z.iso.datetime().optional(),
  note: z.string().max(500).optional(),
  made: z
    .strictObject({
      at: z.iso.datetime(),
      by: z.strictObject({ type: z.string().min(1).max(200), id: z.string().min(1).max(256) }).nullable(),
      event: z.uuid().nullable(),
    })
    .optional(),
}

export const InspectionException: z.ZodType<InspectionException> = z.strictObject({
  operation,
  place: z.enum(['path', 'query', 'header', 'cookie', 'body', 'file', 'response']),
  name: text,
  by: text.min(1),
  class: text.optional(),
  ...origin,
})

export const RuleException: z.ZodType<RuleException> = z.strictObject({
  operation,
  rule: z.int().min(1).max(999_999_999),
  // One, and not many: a blank, a comma or a bar would say more than one thing to the rules, and a slash begins a pattern.
  variable: z
    .string()
    .regex(/^[A-Z][A-Z_]{1,63}(?::(?!\/)[\x21-\x2b\x2d-\x7b\x7d\x7e]{1,300})?$/, 'a variable, as ARGS:text'),
  ...origin,
})
