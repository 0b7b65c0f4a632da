import type { CrsExpected } from './cases.ts'
import type { Outcome } from './driver.ts'

/** Ids of the rules that wrote. */
const idsOf = (log: readonly string[]): ReadonlySet<string> =>
  new Set(log.flatMap((line) => /\[id "(\d+)"\]/.exec(line)?.[1] ?? []))

/** Rules that should have written, and did not. */
export function missingOf({ present }: CrsExpected, { log }: Outcome): readonly number[] {
  const ids = idsOf(log)
  return present.filter((id) => !ids.has(String(id)))
}

/** @returns what is not as expected, or undefined */
export function judge(expected: CrsExpected, outcome: Outcome): string | undefined {
  const { status, log } = outcome
  const ids = idsOf(log)
  const missing = missingOf(expected, outcome)
  if (missing.length > 0) return `expected ${missing.join(', ')} got ${told(ids)}`
  const extra = expected.absent.filter((id) => ids.has(String(id)))
  if (extra.length > 0) return `expected without ${extra.join(', ')} got ${told(ids)}`
  const text = log.join('\n')
  const silent = expected.matches.find((regex) => !regex.test(text))
  if (silent !== undefined) return `expected a line like ${silent.source} got ${told(ids)}`
  const said = expected.misses.find((regex) => regex.test(text))
  if (said !== undefined) return `expected no line like ${said.source} got ${told(ids)}`
  if (expected.error) return status === undefined ? undefined : `expected no answer got ${status}`
  if (expected.status.length > 0 && (status === undefined || !expected.status.includes(status)))
    return `expected status ${expected.status.join(' or ')} got ${status ?? 'no answer'}`
  return undefined
}

function told(ids: ReadonlySet<string>): string {
  return ids.size === 0 ? 'no rule' : [...ids].join(', ')
}
