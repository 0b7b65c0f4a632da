import { z } from 'zod'
import type { Flaw, Path } from '../../access/yaml-file.ts'

/** What is wrong with a value, one flaw for each key that is not known. */
export function flawsOf(schema: z.ZodType, error: z.ZodError): readonly Flaw[] {
  return error.issues.flatMap((issue): Flaw[] => {
    const path = issue.path as Path
    if (issue.code === 'unrecognized_keys') {
      const known = keysAt(schema, path)
      return issue.keys.map((key) => {
        const near = nearest(key, known)
        return {
          path: [...path, key],
          message:
            near === undefined ? `no such key; there are ${known.join(', ')}` : `no such key: did you mean "${near}"?`,
        }
      })
    }
    // Of a key, and not of its value.
    if (issue.code === 'invalid_key')
      return [{ path, message: `"${String(path.at(-1))}" is not ${issue.issues[0]?.message ?? 'a name'}` }]
    return [{ path, message: issue.message }]
  })
}

/** The keys that an object at a path may have. */
function keysAt(schema: z.ZodType, path: Path): readonly string[] {
  let at: unknown = bare(schema)
  for (const step of path) {
    if (at instanceof z.ZodObject) at = bare((at.shape as Record<string, unknown>)[String(step)])
    else if (at instanceof z.ZodRecord) at = bare(at.valueType)
    else if (at instanceof z.ZodArray) at = bare(at.element)
    else return []
  }
  return at instanceof z.ZodObject ? Object.keys(at.shape) : []
}

function bare(schema: unknown): unknown {
  let inner = schema
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodNullable || inner instanceof z.ZodDefault) {
    inner = inner.unwrap()
  }
  return inner
}

/** @returns the one that is a few letters away; undefined: none is */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const bare = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  const [best] = known
    .map((each) => ({ each, far: distance(bare(word), bare(each)) }))
    .toSorted((a, b) => a.far - b.far)
  return best !== undefined && best.far <= Math.max(1, Math.floor(bare(best.each).length / 3)) ? best.each : undefined
}

/** How many letters have to be put in, taken out or changed (Levenshtein); of words of at most 100 letters. */
function distance(one: string, other: string): number {
  const [a, b] = [one.slice(0, 100), other.slice(0, 100)]
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
