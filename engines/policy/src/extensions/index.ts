import { EvaluationError, fail } from '../errors.ts'
import { add, type Integer, modulo, quotient, subtract } from '../integer.ts'
import { typeName, type Value } from '../value.ts'
import { Datetime, parseDatetime } from './datetime.ts'
import { Decimal, parseDecimal } from './decimal.ts'
import { Duration, parseDuration } from './duration.ts'
import { IpAddress, parseIp } from './ipaddr.ts'

/** A function of an extension: how many arguments it takes, how it is written, what it does. */
export interface ExtensionFunction {
  readonly arity: 1 | 2
  /** A constructor is written `ip("...")`, a method `value.isIpv4()`. */
  readonly style: 'constructor' | 'method'
  call(first: Value, second: Value): Value
}

const DAY = 86_400_000

function text(value: Value): string {
  return typeof value === 'string' ? value : fail(`expected a string, got ${typeName(value)}`)
}

function decimal(value: Value): Integer {
  return value instanceof Decimal ? value.units : fail(`expected a decimal, got ${typeName(value)}`)
}

function ip(value: Value): IpAddress {
  return value instanceof IpAddress ? value : fail(`expected an ipaddr, got ${typeName(value)}`)
}

function datetime(value: Value): Integer {
  return value instanceof Datetime ? value.milliseconds : fail(`expected a datetime, got ${typeName(value)}`)
}

function duration(value: Value): Integer {
  return value instanceof Duration ? value.milliseconds : fail(`expected a duration, got ${typeName(value)}`)
}

const LOOPBACK = { 4: parseIp('127.0.0.0/8'), 6: parseIp('::1') }
const MULTICAST = { 4: parseIp('224.0.0.0/4'), 6: parseIp('ff00::/8') }

function constructor(parse: (text: string) => Value): ExtensionFunction {
  return { arity: 1, style: 'constructor', call: (value) => parse(text(value)) }
}

function method(call: (value: Value) => Value): ExtensionFunction {
  return { arity: 1, style: 'method', call }
}

function method2(call: (first: Value, second: Value) => Value): ExtensionFunction {
  return { arity: 2, style: 'method', call }
}

/** The functions of Cedar 4.5's extension types, by name. */
export const EXTENSION_FUNCTIONS: ReadonlyMap<string, ExtensionFunction> = new Map<string, ExtensionFunction>([
  ['decimal', constructor(parseDecimal)],
  ['ip', constructor(parseIp)],
  ['datetime', constructor(parseDatetime)],
  ['duration', constructor(parseDuration)],
  ['lessThan', method2((a, b) => decimal(a) < decimal(b))],
  ['lessThanOrEqual', method2((a, b) => decimal(a) <= decimal(b))],
  ['greaterThan', method2((a, b) => decimal(a) > decimal(b))],
  ['greaterThanOrEqual', method2((a, b) => decimal(a) >= decimal(b))],
  ['isIpv4', method((a) => ip(a).version === 4)],
  ['isIpv6', method((a) => ip(a).version === 6)],
  ['isLoopback', method((a) => ip(a).isInRange(LOOPBACK[ip(a).version]))],
  ['isMulticast', method((a) => ip(a).isInRange(MULTICAST[ip(a).version]))],
  ['isInRange', method2((a, b) => ip(a).isInRange(ip(b)))],
  ['offset', method2((a, b) => new Datetime(add(datetime(a), duration(b))))],
  ['durationSince', method2((a, b) => new Duration(subtract(datetime(a), datetime(b))))],
  // The day that the instant is in: rounded down, before 1970 too.
  ['toDate', method((a) => new Datetime(subtract(datetime(a), modulo(datetime(a), DAY))))],
  ['toTime', method((a) => new Duration(modulo(datetime(a), DAY)))],
  ['toMilliseconds', method((a) => duration(a))],
  ['toSeconds', method((a) => quotient(duration(a), 1000))],
  ['toMinutes', method((a) => quotient(duration(a), 60_000))],
  ['toHours', method((a) => quotient(duration(a), 3_600_000))],
  ['toDays', method((a) => quotient(duration(a), DAY))],
])

/** Calls a function by name with a list of arguments of any length. */
export function callExtension(name: string, fn: ExtensionFunction, args: readonly Value[]): Value {
  const [first, second] = args
  if (args.length !== fn.arity || first === undefined) {
    throw new EvaluationError(`\`${name}\` takes ${fn.arity} argument${fn.arity === 1 ? '' : 's'}, got ${args.length}`)
  }
  return fn.call(first, second ?? first)
}
