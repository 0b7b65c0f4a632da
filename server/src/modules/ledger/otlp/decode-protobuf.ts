import {
  type Attributes,
  attributesOf,
  type Meter,
  meter,
  type OtlpBounds,
  otlpBounds,
  type OtlpGroup,
  type OtlpRecord,
  type OtlpScope,
} from './model.ts'
import { plainInteger } from './numbers.ts'
import { WireReader } from './wire-reader.ts'

/**
 * Reads an ExportLogsServiceRequest (collector/logs/v1/logs_service.proto) in the protocol buffers encoding. Fields that
 * we do not know are skipped; of a field that occurs twice the last one counts, of repeated ones all do.
 * @throws OtlpMalformed
 */
export function decodeProtobuf(input: Uint8Array, bounds: OtlpBounds = otlpBounds): OtlpGroup[] {
  const reader = new WireReader(input)
  const count = meter(bounds)
  const groups: OtlpGroup[] = []
  reader.message((field, type) => {
    if (field === 1) readResourceLogs(reader, type, count, groups)
  })
  return groups
}

function readResourceLogs(reader: WireReader, type: number, count: Meter, groups: OtlpGroup[]): void {
  let resource: Attributes = {}
  const scopes: { scope: OtlpScope; records: OtlpRecord[] }[] = []
  reader.nested(type, (field, fieldType) => {
    if (field === 1) resource = readAttributed(reader, fieldType, count)
    if (field === 2) {
      count.value(0)
      scopes.push(readScopeLogs(reader, fieldType, count))
    }
  })
  for (const { scope, records } of scopes) groups.push({ resource, scope, records })
}

/** Resource: of its fields only the attributes (1) say something about events. */
function readAttributed(reader: WireReader, type: number, count: Meter): Attributes {
  const pairs: [string, unknown][] = []
  reader.nested(type, (field, fieldType) => {
    if (field === 1) pairs.push(readPair(reader, fieldType, count, 1))
  })
  return attributesOf(pairs)
}

function readScopeLogs(reader: WireReader, type: number, count: Meter): { scope: OtlpScope; records: OtlpRecord[] } {
  let scope: OtlpScope = { name: '', version: '' }
  const records: OtlpRecord[] = []
  reader.nested(type, (field, fieldType) => {
    if (field === 1) scope = readScope(reader, fieldType)
    if (field === 2) {
      count.record()
      records.push(readRecord(reader, fieldType, count))
    }
  })
  return { scope, records }
}

function readScope(reader: WireReader, type: number): OtlpScope {
  let [name, version] = ['', '']
  reader.nested(type, (field, fieldType) => {
    if (field === 1) name = reader.text(fieldType)
    if (field === 2) version = reader.text(fieldType)
  })
  return { name, version }
}

function readRecord(reader: WireReader, type: number, count: Meter): OtlpRecord {
  let [time, observed, severityNumber] = [0n, 0n, 0]
  let [severityText, traceId, spanId, eventName] = ['', '', '', '']
  let body: unknown = null
  const pairs: [string, unknown][] = []
  reader.nested(type, (field, fieldType) => {
    if (field === 1) time = reader.fixed64(fieldType)
    else if (field === 2) severityNumber = reader.int32(fieldType)
    else if (field === 3) severityText = reader.text(fieldType)
    else if (field === 5) body = readValue(reader, fieldType, count, 1)
    else if (field === 6) pairs.push(readPair(reader, fieldType, count, 1))
    else if (field === 9) traceId = readId(reader.bytes(fieldType), 16)
    else if (field === 10) spanId = readId(reader.bytes(fieldType), 8)
    else if (field === 11) observed = reader.fixed64(fieldType)
    else if (field === 12) eventName = reader.text(fieldType)
  })
  const attributes = attributesOf(pairs)
  return { time, observed, severityNumber, severityText, body, attributes, traceId, spanId, eventName }
}

/** "An ID consisting of all zeros, or of another length, is invalid": it counts as absent. */
function readId(value: Uint8Array, length: number): string {
  if (value.byteLength !== length || value.every((byte) => byte === 0)) return ''
  return Buffer.from(value).toString('hex')
}

function readPair(reader: WireReader, type: number, count: Meter, depth: number): [string, unknown] {
  let key = ''
  let value: unknown = null
  count.value(depth)
  reader.nested(type, (field, fieldType) => {
    if (field === 1) key = reader.text(fieldType)
    if (field === 2) value = readValue(reader, fieldType, count, depth)
  })
  return [key, value]
}

/** AnyValue: a oneof, so that the last of its fields counts. */
function readValue(reader: WireReader, type: number, count: Meter, depth: number): unknown {
  let value: unknown = null
  count.value(depth)
  reader.nested(type, (field, fieldType) => {
    if (field === 1) value = reader.text(fieldType)
    else if (field === 2) value = reader.boolean(fieldType)
    else if (field === 3) value = plainInteger(reader.int64(fieldType))
    else if (field === 4) value = reader.double(fieldType)
    else if (field === 5) value = readArray(reader, fieldType, count, depth + 1)
    else if (field === 6) value = readList(reader, fieldType, count, depth + 1)
    else if (field === 7) value = Buffer.from(reader.bytes(fieldType)).toString('base64')
  })
  return value
}

function readArray(reader: WireReader, type: number, count: Meter, depth: number): unknown[] {
  const values: unknown[] = []
  reader.nested(type, (field, fieldType) => {
    if (field === 1) values.push(readValue(reader, fieldType, count, depth))
  })
  return values
}

function readList(reader: WireReader, type: number, count: Meter, depth: number): Attributes {
  const pairs: [string, unknown][] = []
  reader.nested(type, (field, fieldType) => {
    if (field === 1) pairs.push(readPair(reader, fieldType, count, depth))
  })
  return attributesOf(pairs)
}
