import { HoldfastError } from '../errors.ts'
import { type Holdfast, internalsOf } from '../holdfast.ts'
import { isByTemplate } from '../filters/sql.ts'
import { type CheckerOptions, createSqlChecker, type SqlFinding } from './sql/check.ts'
import { currentTrace } from './trace/request.ts'

export interface SqlGuardOptions extends CheckerOptions {
  /** `report` sends every query all the same, and tells of what it found. Default: `block`. */
  readonly mode?: 'block' | 'report'
  /** Where findings become events, one for each request. Without it `onFinding` alone tells of them. */
  readonly holdfast?: Holdfast
  readonly onFinding?: (finding: SqlFinding) => void
}

/** @throws HoldfastError `query_refused` */
export type EnforceSql = (query: string) => void

const REFUSED = {
  code: 'query_refused',
  status: 400,
  title: 'Not accepted',
  // The client learns no more: where its value ended up is the application's own.
  detail: 'A value of the request is not accepted.',
} as const

export function createEnforcer({ mode = 'block', holdfast, onFinding, ...options }: SqlGuardOptions): EnforceSql {
  const check = createSqlChecker(options)
  return (query) => {
    const trace = currentTrace()
    if (trace === undefined || isByTemplate(query)) return
    const finding = check(query, trace)
    if (finding === undefined) return
    if (holdfast !== undefined) trace.eventId ??= internalsOf(holdfast).queryRefused(finding, mode)
    onFinding?.(finding)
    if (mode === 'report') return
    const { eventId } = trace
    const type = holdfast === undefined ? 'about:blank' : internalsOf(holdfast).problemType(REFUSED.code)
    throw new HoldfastError({ ...REFUSED, type, eventId, message: `The query was not sent. ${finding.why}` })
  }
}
