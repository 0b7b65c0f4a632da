import type { Json } from './thing.ts'

/** Members whose order says something. */
const ordered = new Set(['default_acr_values'])

/** One text for values that mean the same: lists are sets, what is null is not there, the order of members says nothing. */
export function canonical(value: Json | undefined, name = ''): string {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).map((item) => canonical(item))
    return `[${(ordered.has(name) ? items : [...new Set(items)].toSorted()).join(',')}]`
  }
  if (typeof value !== 'object') return JSON.stringify(value)
  const members = Object.entries(value as { readonly [name: string]: Json | undefined })
    .filter(([, member]) => member !== null && member !== undefined)
    .map(([member, inside]) => `${JSON.stringify(member)}:${canonical(inside, member)}`)
  return `{${members.toSorted().join(',')}}`
}

export function isSame(one: Json | undefined, other: Json | undefined, name = ''): boolean {
  return canonical(one, name) === canonical(other, name)
}
