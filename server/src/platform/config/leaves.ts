import { z } from 'zod'

export type Shape = Readonly<Record<string, z.ZodType>>

export interface Leaf {
  readonly path: string
  readonly schema: z.ZodType
  /** environment variables that set it, the first one wins */
  readonly env: readonly string[]
  readonly secret: boolean
  readonly description: string
}

/** Every single setting of a configuration, in order. */
export function leaves(shape: Shape, prefix = ''): Leaf[] {
  return Object.entries(shape).flatMap(([key, schema]) => {
    const path = `${prefix}${key}`
    const inner = unwrap(schema)
    if (inner instanceof z.ZodObject) return leaves(inner.shape, `${path}.`)
    const meta = metaOf(schema)
    return [
      { path, schema, env: environmentNames(path), secret: meta.secret === true, description: meta.description ?? '' },
    ]
  })
}

export function leafAt(shape: Shape, path: string): z.ZodType | undefined {
  return leaves(shape).find((leaf) => leaf.path === path)?.schema
}

/** `http.listen` -> HOLDFAST_HTTP_LISTEN. DATABASE_URL is what platforms set by themselves. */
function environmentNames(path: string): string[] {
  const name = `HOLDFAST_${path
    .replaceAll('.', '_')
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .toUpperCase()}`
  return path === 'database.url' ? [name, 'DATABASE_URL'] : [name]
}

function unwrap(schema: z.ZodType): z.ZodType {
  let at = schema
  while (
    at instanceof z.ZodDefault ||
    at instanceof z.ZodPrefault ||
    at instanceof z.ZodOptional ||
    at instanceof z.ZodNullable
  ) {
    at = at.unwrap() as z.ZodType
  }
  return at
}

function metaOf(schema: z.ZodType): { secret?: boolean; description?: string } {
  const own = (schema.meta() ?? {}) as { secret?: boolean; description?: string }
  if (own.description !== undefined) return own
  const inner = unwrap(schema)
  return inner === schema ? own : { ...(inner.meta() as object), ...own }
}
