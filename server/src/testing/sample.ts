import { z } from 'zod'

type Schema = { readonly [name: string]: unknown }

/**
 * The least that a schema takes: what it demands, and of an object that demands nothing the first member.
 * @throws when what it takes cannot be told from its outer form; whoever asks says it then
 */
export function sampleOf(schema: z.ZodType): unknown {
  const sample = valueOf(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }))
  schema.parse(sample)
  return sample
}

function valueOf(schema: Schema): unknown {
  if (schema['const'] !== undefined) return schema['const']
  const [first] = [schema['enum'], schema['anyOf'], schema['oneOf']].flatMap((list) => (list ?? []) as unknown[])
  if (first !== undefined) return Array.isArray(schema['enum']) ? first : valueOf(first as Schema)
  switch (schema['type']) {
    case 'object':
      return objectOf(schema)
    case 'array':
      return Array.from({ length: Number(schema['minItems'] ?? 0) }, () => valueOf(schema['items'] as Schema))
    case 'integer':
    case 'number':
      return Number(schema['minimum'] ?? 1)
    case 'boolean':
      return true
    case 'string':
      return textOf(schema)
    default:
      return {}
  }
}

function objectOf({ properties, required }: Schema): unknown {
  const all = Object.entries((properties ?? {}) as Record<string, Schema>)
  const demanded = (required ?? []) as readonly string[]
  const taken = demanded.length === 0 ? all.slice(0, 1) : all.filter(([name]) => demanded.includes(name))
  return Object.fromEntries(taken.map(([name, schema]) => [name, valueOf(schema)]))
}

function textOf({ format, minLength, pattern }: Schema): string {
  if (format === 'uuid') return '00000000-0000-4000-8000-000000000000'
  if (format === 'date-time') return '2026-01-01T00:00:00Z'
  // What begins with a slash (`startsWith`).
  if (typeof pattern === 'string' && pattern.startsWith('^\\/')) return '/word'
  return 'word'.padEnd(Number(minLength ?? 0), 'x')
}
