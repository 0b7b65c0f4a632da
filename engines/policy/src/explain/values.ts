import { Compilation } from '../compile/expression.ts'
import type { Run } from '../compile/run.ts'
import { EvaluationError } from '../errors.ts'
import { Datetime, formatDatetime } from '../extensions/datetime.ts'
import { Decimal, formatDecimal } from '../extensions/decimal.ts'
import { Duration } from '../extensions/duration.ts'
import { formatIp, IpAddress } from '../extensions/ipaddr.ts'
import { renderExpression, renderString, renderUid } from '../render.ts'
import { field, isObject } from '../shape.ts'
import { EntityUid, SetValue, type Value } from '../value.ts'

/** How long a value may be to be shown, how many are shown, and how much of an expression is searched for them. */
const LONGEST = 60
const MOST = 3
const SEARCHED = 200

/** What the attributes that an expression reads are, by their paths and written for people; of values too long to show, nothing. */
export function valuesOf(expression: unknown, run: Run): ReadonlyMap<string, string> {
  const out = new Map<string, string>()
  for (const path of pathsOf(expression)) {
    const text = renderExpression(path)
    const value = out.has(text) ? undefined : valueOf(path, run)
    if (value !== undefined) out.set(text, value)
    if (out.size === MOST) break
  }
  return out
}

/** The same in words, for example `resource.balance is 40`. Who principal and resource are the reader knows. */
export function describeValues(values: ReadonlyMap<string, string>): string[] {
  const out: string[] = []
  for (const [path, value] of values) if (path !== 'principal' && path !== 'resource') out.push(`${path} is ${value}`)
  return out
}

function valueOf(path: unknown, run: Run): string | undefined {
  try {
    const value = show(new Compilation('').expression(path).evaluate(run))
    return value === undefined || value.length > LONGEST ? undefined : value
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error
    return undefined
  }
}

/** The outermost attribute paths (`resource.owner.name`) in an expression, and the variables `principal` and `resource` beside them. */
function pathsOf(expression: unknown): unknown[] {
  const paths: unknown[] = []
  const open: unknown[] = [expression]
  let seen = 0
  for (let next = open.pop(); next !== undefined && seen < SEARCHED; next = open.pop(), seen++) {
    if (isPath(next)) paths.push(next)
    else if (Array.isArray(next)) open.push(...(next as unknown[]).toReversed())
    else if (isObject(next)) open.push(...Object.values(next).toReversed())
  }
  return paths
}

function isPath(expression: unknown): boolean {
  let at: unknown = expression
  let depth = 0
  while (isObject(at) && isObject(field(at, '.'))) {
    at = (field(at, '.') as { left: unknown }).left
    depth++
  }
  if (!isObject(at)) return false
  const variable = field(at, 'Var')
  return depth > 0 ? variable !== undefined : variable === 'principal' || variable === 'resource'
}

function show(value: Value): string | undefined {
  if (typeof value === 'string') return renderString(value)
  if (typeof value !== 'object') return String(value)
  if (value instanceof EntityUid) return renderUid(value)
  if (value instanceof Decimal) return formatDecimal(value)
  if (value instanceof Datetime) return formatDatetime(value)
  if (value instanceof Duration) return `${value.milliseconds} ms`
  if (value instanceof IpAddress) return formatIp(value)
  if (value instanceof SetValue) return showSet(value)
  return undefined
}

function showSet({ items }: SetValue): string | undefined {
  if (items.length > MOST * 2) return `a set of ${items.length}`
  const shown: string[] = []
  for (const item of items) {
    const text = show(item)
    if (text === undefined) return undefined
    shown.push(text)
  }
  return `[${shown.join(', ')}]`
}
