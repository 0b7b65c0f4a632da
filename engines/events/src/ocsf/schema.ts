import { z } from 'zod'

/** A schema for each member of an interface: what is left out, or is no member, does not compile. */
type Shape<T> = { readonly [K in keyof T]-?: z.ZodType<T[K]> }

/** An object that has no other members than these. */
export function object<T extends object>(shape: Shape<T>): z.ZodType<T> {
  return z.strictObject(shape) as unknown as z.ZodType<T>
}

/** An object of which at least one of some members is there (OCSF's constraint `at_least_one`). */
export function withOneOf<T extends object>(members: readonly (keyof T & string)[], shape: Shape<T>): z.ZodType<T> {
  return object(shape).refine(
    (value) => members.some((member) => value[member] !== undefined),
    `must have at least one of ${members.join(', ')}`,
  )
}

/** Any text. */
export const text: z.ZodType<string> = z.string()
/** `timestamp_t`: milliseconds since 1970. */
export const timestamp: z.ZodType<number> = z.int()
/** `integer_t` or `long_t` that counts. */
export const count: z.ZodType<number> = z.int().nonnegative()

/** A member that need not be there. */
export function optional<T>(schema: z.ZodType<T>): z.ZodType<T | undefined> {
  return schema.optional()
}

export function listOf<T>(schema: z.ZodType<T>): z.ZodType<readonly T[]> {
  return z.array(schema)
}

export function oneOf<const T extends string | number>(values: readonly T[]): z.ZodType<T> {
  return z.literal(values)
}
