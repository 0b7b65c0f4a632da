import type { Uid } from '../../../platform/ports.ts'
import { uidsIn } from '../standing.ts'

/** Operators that read what an entity holds. */
const reads: ReadonlySet<string> = new Set(['.', 'has', 'getTag', 'hasTag'])

/**
 * How many times in a row the policies read from an entity that they have read from another: `resource.owner.manager` 2.
 * Whatever lies further away cannot matter to them. At least 1.
 * @param policies in Cedar's JSON form
 */
export function attributeDepth(policies: readonly unknown[]): number {
  let deepest = 1
  const open: { readonly value: unknown; readonly depth: number }[] = policies.map((value) => ({ value, depth: 0 }))
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, depth } = next
    deepest = Math.max(deepest, depth)
    if (typeof value !== 'object' || value === null) continue
    for (const [name, inner] of Object.entries(value)) {
      open.push({ value: inner, depth: reads.has(name) ? depth + 1 : depth })
    }
  }
  return deepest
}

/** Operators of whose left side policies need more than its name: what it holds, or what it is in. */
const asks: ReadonlySet<string> = new Set([...reads, 'in', 'is'])

/**
 * The entities that conditions name themselves and look into: `Config::"shop".locked`, `Team::"a" in Team::"b"`. No question names
 * them, and every decision needs them.
 * @param policies in Cedar's JSON form
 */
export function namedInConditions(policies: readonly unknown[]): readonly Uid[] {
  const sides: unknown[] = []
  const open: unknown[] = policies.map((policy) => (policy as { readonly conditions?: unknown }).conditions)
  for (let index = 0; index < open.length; index += 1) {
    const value = open[index]
    if (typeof value !== 'object' || value === null) continue
    for (const [name, inner] of Object.entries(value)) {
      const { left } = (asks.has(name) ? inner : {}) as { readonly left?: unknown }
      // Whatever lies on its left lies there whole: nothing in it needs to be looked at again.
      if (left !== undefined) sides.push(left)
      open.push(left === undefined ? inner : { ...(inner as object), left: null })
    }
  }
  return uidsIn(...sides)
}
