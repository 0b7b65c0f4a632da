/*
 * Logs as OTLP 1.x carries them (opentelemetry-proto v1.8, logs/v1/logs.proto and common/v1/common.proto), in one plain
 * form for both encodings. AnyValue is plain JSON: an integer beyond 2^53 is its decimal text, bytes are base64.
 */

export interface OtlpScope {
  readonly name: string
  readonly version: string
}

export interface OtlpRecord {
  /** nanoseconds since 1970; 0 when the sender did not say */
  readonly time: bigint
  /** when it was observed; 0 when the sender did not say */
  readonly observed: bigint
  /** 1 to 24, 0 when not said: logs data model, "Severity Fields" */
  readonly severityNumber: number
  readonly severityText: string
  readonly body: unknown
  readonly attributes: Attributes
  /** 32 and 16 lower-case hexadecimal digits, or empty */
  readonly traceId: string
  readonly spanId: string
  readonly eventName: string
}

export type Attributes = Readonly<Record<string, unknown>>

/** The records of one resource and scope. */
export interface OtlpGroup {
  readonly resource: Attributes
  readonly scope: OtlpScope
  readonly records: readonly OtlpRecord[]
}

/** What could not be read; the message is for the sender and names no value of the input. */
export class OtlpMalformed extends Error {
  override readonly name = 'OtlpMalformed'
}

/** Bounds of one request, for whoever can send a byte that we would turn into an object. */
export interface OtlpBounds {
  /** log records */
  readonly records: number
  /** values of all attributes and bodies together */
  readonly values: number
  /** levels of nesting of one value */
  readonly depth: number
}

export const otlpBounds: OtlpBounds = { records: 10_000, values: 400_000, depth: 24 }

/** Counts what is read against the bounds. */
export interface Meter {
  record(): void
  value(depth: number): void
}

/** @throws OtlpMalformed from its functions, when a bound is passed */
export function meter(bounds: OtlpBounds): Meter {
  let records = 0
  let values = 0
  return {
    record() {
      records += 1
      if (records > bounds.records) throw new OtlpMalformed(`more than ${bounds.records} log records in one request`)
    },
    value(depth) {
      values += 1
      if (values > bounds.values) throw new OtlpMalformed(`more than ${bounds.values} values in one request`)
      if (depth > bounds.depth) throw new OtlpMalformed(`a value is nested deeper than ${bounds.depth}`)
    },
  }
}

/** An object without a prototype, so that an attribute called `__proto__` is an attribute. */
export function attributesOf(pairs: Iterable<readonly [string, unknown]>): Record<string, unknown> {
  const result: Record<string, unknown> = Object.create(null)
  for (const [key, value] of pairs) result[key] = value
  return result
}
