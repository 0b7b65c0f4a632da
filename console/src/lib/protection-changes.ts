import type { Protection } from '../api/types.ts'

/** One setting that differs: the way to it, and what it was and is. A list counts as one, and so does what a list or a map holds. */
export interface Change {
  readonly path: readonly string[]
  readonly before: unknown
  readonly after: unknown
}

type Members = Readonly<Record<string, unknown>>

/** Members whose own members are not settings but entries that people name. */
const WHOLE = new Set(['inspection.document', 'csp.directives', 'headers.permissions'])

/** The settings in which two documents differ, in the order in which they stand. */
export function changesOf(before: Protection, after: Protection): readonly Change[] {
  return differences([], before, after)
}

function differences(path: readonly string[], before: unknown, after: unknown): readonly Change[] {
  if (sameJson(before, after)) return []
  if (!isMembers(before) || !isMembers(after) || WHOLE.has(path.join('.'))) return [{ path, before, after }]
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].flatMap((name) => differences([...path, name], before[name], after[name]))
}

export interface Rebased {
  readonly settings: Protection
  /** Settings that both have changed, and not to the same: mine stand in `settings`. */
  readonly contested: readonly string[]
}

/** Puts what I changed on top of what somebody else has saved meanwhile. */
export function rebase(base: Protection, mine: Protection, theirs: Protection): Rebased {
  const others = new Map(changesOf(base, theirs).map((change) => [change.path.join('.'), change]))
  const own = changesOf(base, mine)
  const contested = own.flatMap(({ path, after }) => {
    const other = others.get(path.join('.'))
    return other === undefined || sameJson(other.after, after) ? [] : [path.join('.')]
  })
  const settings = own.reduce<Members>((whole, { path, after }) => put(whole, path, after), theirs)
  return { settings: settings as Protection, contested }
}

function put(whole: Members, [name, ...rest]: readonly string[], value: unknown): Members {
  if (name === undefined) return whole
  const inner = whole[name]
  return { ...whole, [name]: rest.length === 0 ? value : put(isMembers(inner) ? inner : {}, rest, value) }
}

/** What somebody typed, with what they left out as it was: fields of other pages need every setting to be there, and of its kind. */
export function withMissing(settings: Protection, typed: Members): Protection {
  return filled([], settings, typed) as Protection
}

function filled(path: readonly string[], before: unknown, typed: unknown): unknown {
  if (typed === undefined || Array.isArray(before) !== Array.isArray(typed)) return before
  if (!isMembers(before) || WHOLE.has(path.join('.'))) return typed
  if (!isMembers(typed)) return typed === null ? null : before
  const own = Object.entries(before).map(([name, value]) => [name, filled([...path, name], value, typed[name])])
  return { ...typed, ...(Object.fromEntries(own) as Members) }
}

/** Whether two values are the same as JSON: the order of names and members that are undefined say nothing. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((each, index) => sameJson(each, b[index]))
  }
  if (!isMembers(a) || !isMembers(b)) return false
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((name) => sameJson(a[name], b[name]))
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
