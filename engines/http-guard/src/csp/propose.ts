import type { CspSettings } from '../settings.ts'
import { serializePolicy, strictPolicy } from './policy.ts'
import type { ReportGroup } from './groups.ts'

export interface Observed {
  /** Kinds that were reported less often are left out: an extension of one visitor's browser, or somebody's invention. */
  readonly atLeast: number
}

/** What no policy should allow as it is, with what to do instead. */
export interface CspAdvice {
  readonly directive: string
  readonly blocked: string
  readonly count: number
  readonly pages: readonly string[]
  readonly advice: string
}

export interface ProposedPolicy {
  /** For `csp.directives`. */
  readonly directives: Readonly<Record<string, readonly string[] | null>>
  readonly policy: string
  /** Sources that it adds, and the pages that need them. */
  readonly added: readonly {
    readonly directive: string
    readonly source: string
    readonly count: number
    readonly pages: readonly string[]
  }[]
  readonly advice: readonly CspAdvice[]
}

/** A directive that is not set falls back on another (CSP3 section 6.8.3), which is what is widened. */
const widened: Readonly<Record<string, string>> = {
  'script-src-elem': 'script-src',
  'script-src-attr': 'script-src',
  'style-src-elem': 'style-src',
  'style-src-attr': 'style-src',
  'worker-src': 'worker-src',
}

const advised: Readonly<Record<string, string>> = {
  'script-src inline':
    'Mark the script with the nonce (`csp.nonce`), name its hash (`csp.hashes`), or move it into a file.',
  'script-src-attr inline': 'Move the handler out of the attribute: addEventListener in a script.',
  'style-src inline': 'Mark the style with the nonce, or move it into a file; set single properties by script.',
  'script-src eval': 'Replace eval and new Function; nothing else makes injected text into code as easily.',
  'script-src data': 'A script in a data: URL is an inline script by another name.',
  'script-src blob': 'Load the worker from a file; where that cannot be, name blob: in worker-src only.',
}

/**
 * The policy under which what was seen on the application's pages would not be blocked, as far as that is safe to allow: origins of https and
 * of WebSockets, data: and blob: where they run nothing. What runs as code without a name is advised about, never allowed. It is a
 * proposal: anybody can send reports, so somebody must look at the origins.
 */
export function proposePolicy(
  groups: readonly ReportGroup[],
  observed: Observed,
  settings: CspSettings,
): ProposedPolicy {
  const current = strictPolicy(settings)
  const added = new Map<string, { directive: string; source: string; count: number; pages: Set<string> }>()
  const advice = new Map<
    string,
    { directive: string; blocked: string; count: number; pages: Set<string>; advice: string }
  >()
  for (const [reported, blocked, count, pages] of merged(groups)) {
    if (count < observed.atLeast) continue
    const directive = widened[reported] ?? reported
    const source = sourceOf(directive, blocked)
    const marked = directive === 'script-src' && (settings.nonce || settings.hashes.length > 0)
    const key = `${directive} ${blocked}`
    if (source !== null && !marked) {
      if (current.get(directive)?.includes(source) !== true) put(added, key, { directive, source, count, pages })
    } else {
      const text =
        source !== null ? 'Mark the script with the nonce: beside strict-dynamic browsers ignore origins.' : null
      const told =
        text ??
        advised[`${reported} ${blocked}`] ??
        advised[key] ??
        'Look at the page: nothing that could be named was blocked.'
      put(advice, `${reported} ${blocked}`, { directive: reported, blocked, count, pages, advice: told })
    }
  }
  const directives: Record<string, readonly string[] | null> = { ...settings.directives }
  for (const { directive, source } of added.values()) {
    const before = directives[directive] ?? current.get(directive) ?? current.get('default-src') ?? []
    directives[directive] = [...before.filter((value) => value !== "'none'"), source]
  }
  return {
    directives,
    policy: serializePolicy(strictPolicy({ ...settings, directives })),
    added: listed(added),
    advice: listed(advice),
  }
}

interface Told {
  count: number
  pages: Set<string>
}

function put<T extends Told>(into: Map<string, T>, key: string, value: T): void {
  const before = into.get(key)
  if (before === undefined) into.set(key, value)
  else {
    before.count += value.count
    for (const page of value.pages) before.pages.add(page)
  }
}

const mostPages = 5

const listed = <T extends Told>(all: Map<string, T>) =>
  [...all.values()]
    .map((each) => ({ ...each, pages: [...each.pages].slice(0, mostPages) }))
    .toSorted((a, b) => b.count - a.count)

/** All pages of one kind together. */
function merged(groups: readonly ReportGroup[]): (readonly [string, string, number, Set<string>])[] {
  const all = new Map<string, { directive: string; blocked: string } & Told>()
  for (const { directive, blocked, count, page } of groups) {
    put(all, `${directive} ${blocked}`, { directive, blocked, count, pages: new Set([page]) })
  }
  return [...all.values()].map(({ directive, blocked, count, pages }) => [directive, blocked, count, pages])
}

/** Null for what must not be allowed by name. */
function sourceOf(directive: string, blocked: string): string | null {
  if (blocked === 'self') return "'self'"
  if (/^(?:https|wss):\/\//.test(blocked)) return blocked
  const runs =
    directive === 'script-src' || directive === 'default-src' || directive === 'object-src' || directive === 'base-uri'
  if (blocked === 'wasm-eval' && directive === 'script-src') return "'wasm-unsafe-eval'"
  return !runs && (blocked === 'data' || blocked === 'blob') ? `${blocked}:` : null
}
