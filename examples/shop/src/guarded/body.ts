import type { Context } from 'hono'
import { z } from 'zod'
import { FORM_TOKEN } from './form-token.ts'
import { ShopError, type FieldError } from './problem.ts'

/** A form's fields are text; a number in one is digits and nothing else (`1e3`, ` 5` and `0x1` are refused). */
export function whole(least: number, most: number) {
  const text = z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
  return z.union([z.int(), text]).pipe(z.int().min(least).max(most))
}

/** Text that PostgreSQL can store: it knows no U+0000. */
export function text(): z.ZodString {
  return z.string().refine((value) => !value.includes('\0'), 'holds a character that cannot be stored')
}

/**
 * The body of a request, checked: JSON or a form that fits the schema, and nothing else.
 * @param ours fields that the page has no say in: sending one is refused with its sentence
 * @throws ShopError 400 body_malformed, 415 body_type, 422 body_invalid with the path of each field
 */
export async function readBody<Schema extends z.ZodType>(
  c: Context,
  schema: Schema,
  ours: Readonly<Record<string, string>> = {},
): Promise<z.infer<Schema>> {
  const read = schema.safeParse(await parse(c))
  if (read.success) return read.data
  const detail = 'Nothing was changed: see `errors` for what to send instead.'
  throw invalid('body_invalid', 'The body does not fit', detail, read.error, ours)
}

/** What stands behind the `?`, checked; names that the schema does not have are not read. @throws ShopError 422 query_invalid */
export function readQuery<Schema extends z.ZodType>(c: Context, schema: Schema): z.infer<Schema> {
  const read = schema.safeParse(c.req.query())
  if (read.success) return read.data
  throw invalid('query_invalid', 'The query does not fit', 'See `errors` for what to send instead.', read.error, {})
}

function invalid(
  code: string,
  title: string,
  detail: string,
  error: z.ZodError,
  ours: Readonly<Record<string, string>>,
) {
  const errors = error.issues.flatMap((issue) => fieldErrors(issue, ours))
  return new ShopError(code, 422, title, detail, errors)
}

async function parse(c: Context): Promise<unknown> {
  const type = (c.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase()
  if (type === 'application/json') {
    return c.req.json<unknown>().catch(() => {
      throw new ShopError('body_malformed', 400, 'Not JSON', 'The body is not well-formed JSON.')
    })
  }
  if (type === 'application/x-www-form-urlencoded') {
    const form = await c.req.parseBody({ all: true })
    return Object.fromEntries(Object.entries(form).filter(([name]) => name !== '' && name !== FORM_TOKEN))
  }
  const detail = 'Send application/json (or a form of a page of this shop).'
  throw new ShopError('body_type', 415, 'Unsupported body', detail)
}

function fieldErrors(issue: z.core.$ZodIssue, ours: Readonly<Record<string, string>>): FieldError[] {
  if (issue.code !== 'unrecognized_keys') return [{ path: issue.path.join('.'), message: issue.message }]
  return issue.keys.map((key) => ({
    path: key.slice(0, 80),
    message: Object.hasOwn(ours, key) ? (ours[key] ?? '') : 'is not a field of this request',
  }))
}

const Uuid = z.uuid()

/** An id from the path, or null: what is not a uuid names nothing, and need not reach the database. */
export function uuid(text: string): string | null {
  return Uuid.safeParse(text).success ? text : null
}
