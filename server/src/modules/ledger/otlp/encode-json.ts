import type { Attributes, OtlpGroup, OtlpRecord } from './model.ts'

/** An ExportLogsServiceRequest in the JSON encoding of OTLP. @returns what JSON.stringify takes */
export function encodeJson(groups: readonly OtlpGroup[]): unknown {
  return {
    resourceLogs: groups.map(({ resource, scope, records }) => ({
      resource: { attributes: pairs(resource) },
      scopeLogs: [{ scope: { name: scope.name, version: scope.version }, logRecords: records.map(encodeRecord) }],
    })),
  }
}

/** An ExportLogsServiceResponse; empty when nothing was rejected. */
export function encodeResponseJson(rejected: number, message: string): unknown {
  if (rejected === 0 && message === '') return {}
  return { partialSuccess: { rejectedLogRecords: String(rejected), errorMessage: message } }
}

function encodeRecord(record: OtlpRecord): unknown {
  return {
    timeUnixNano: record.time.toString(),
    observedTimeUnixNano: record.observed.toString(),
    severityNumber: record.severityNumber,
    severityText: record.severityText,
    ...(record.body !== null && { body: anyValue(record.body) }),
    attributes: pairs(record.attributes),
    traceId: record.traceId,
    spanId: record.spanId,
    eventName: record.eventName,
  }
}

function pairs(attributes: Attributes): unknown[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }))
}

function anyValue(value: unknown): unknown {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value)) return { intValue: String(value) }
    return { doubleValue: Number.isFinite(value) ? value : String(value) }
  }
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } }
  if (typeof value === 'object' && value !== null) return { kvlistValue: { values: pairs(value as Attributes) } }
  return {}
}
