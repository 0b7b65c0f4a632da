import {
  type Attributes,
  attributesOf,
  type Meter,
  meter,
  type OtlpBounds,
  otlpBounds,
  type OtlpGroup,
  OtlpMalformed,
  type OtlpRecord,
} from './model.ts'
import { integerOf, plainInteger } from './numbers.ts'

type Json = Readonly<Record<string, unknown>>

/**
 * Reads an ExportLogsServiceRequest in the JSON encoding of OTLP (specification, "JSON Protobuf Encoding"): names in
 * lowerCamelCase, 64-bit integers as text, trace and span ids in hexadecimal digits, enums as integers. Members that we do
 * not know are skipped, as the specification demands of receivers.
 * @param input what JSON.parse gave
 * @throws OtlpMalformed
 */
export function decodeJson(input: unknown, bounds: OtlpBounds = otlpBounds): OtlpGroup[] {
  const count = meter(bounds)
  return list(object(input, 'the request'), 'resourceLogs').flatMap((item) => {
    const logs = object(item, 'resourceLogs')
    const resource = attributes(optional(logs, 'resource')['attributes'], count, 1)
    return list(logs, 'scopeLogs').map((scoped) => readScopeLogs(object(scoped, 'scopeLogs'), resource, count))
  })
}

function readScopeLogs(logs: Json, resource: Attributes, count: Meter): OtlpGroup {
  const scope = optional(logs, 'scope')
  return {
    resource,
    scope: { name: text(scope, 'name'), version: text(scope, 'version') },
    records: list(logs, 'logRecords').map((record) => readRecord(object(record, 'logRecords'), count)),
  }
}

function readRecord(record: Json, count: Meter): OtlpRecord {
  count.record()
  return {
    time: nanoseconds(record, 'timeUnixNano'),
    observed: nanoseconds(record, 'observedTimeUnixNano'),
    severityNumber: Number(BigInt.asIntN(32, integerOf(record['severityNumber'] ?? 0, 'severityNumber'))),
    severityText: text(record, 'severityText'),
    body: record['body'] == null ? null : readValue(record['body'], count, 1),
    attributes: attributes(record['attributes'], count, 1),
    traceId: readId(text(record, 'traceId'), 32),
    spanId: readId(text(record, 'spanId'), 16),
    eventName: text(record, 'eventName'),
  }
}

function nanoseconds(record: Json, member: string): bigint {
  return BigInt.asUintN(64, integerOf(record[member] ?? 0, member))
}

/** Hexadecimal digits of any case; another length or all zeros counts as absent. */
function readId(value: string, digits: number): string {
  const id = value.toLowerCase()
  return id.length === digits && /^[0-9a-f]+$/.test(id) && !/^0+$/.test(id) ? id : ''
}

function attributes(value: unknown, count: Meter, depth: number): Attributes {
  if (value === undefined || value === null) return attributesOf([])
  if (!Array.isArray(value)) throw new OtlpMalformed('attributes is no list')
  return attributesOf(
    value.map((item: unknown): [string, unknown] => {
      count.value(depth)
      const pair = object(item, 'an attribute')
      return [text(pair, 'key'), pair['value'] == null ? null : readValue(pair['value'], count, depth)]
    }),
  )
}

function readValue(input: unknown, count: Meter, depth: number): unknown {
  count.value(depth)
  const value = object(input, 'a value')
  if ('stringValue' in value) return text(value, 'stringValue')
  if ('boolValue' in value) return value['boolValue'] === true
  if ('intValue' in value) return plainInteger(BigInt.asIntN(64, integerOf(value['intValue'], 'intValue')))
  if ('doubleValue' in value) return double(value['doubleValue'])
  if ('bytesValue' in value) return text(value, 'bytesValue')
  if ('arrayValue' in value)
    return list(optional(value, 'arrayValue'), 'values').map((item) =>
      item === null ? null : readValue(item, count, depth + 1),
    )
  if ('kvlistValue' in value) return attributes(optional(value, 'kvlistValue')['values'], count, depth + 1)
  return null
}

/** The encoding writes what JSON has no number for as text. */
function double(value: unknown): number {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value
  if (typeof number !== 'number') throw new OtlpMalformed('doubleValue is no number')
  return number
}

function object(value: unknown, what: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new OtlpMalformed(`${what} is no object`)
  }
  return value as Json
}

function optional(value: Json, member: string): Json {
  return value[member] == null ? {} : object(value[member], member)
}

function list(value: Json, member: string): readonly unknown[] {
  const found = value[member] ?? []
  if (!Array.isArray(found)) throw new OtlpMalformed(`${member} is no list`)
  return found
}

function text(value: Json, member: string): string {
  const found = value[member] ?? ''
  if (typeof found !== 'string') throw new OtlpMalformed(`${member} is no text`)
  return found
}
