import { PbfWriter } from 'pbf'
import type { Attributes, OtlpGroup, OtlpRecord, OtlpScope } from './model.ts'

/** Writes an ExportLogsServiceRequest in the protocol buffers encoding. */
export function encodeProtobuf(groups: readonly OtlpGroup[]): Uint8Array {
  const writer = new PbfWriter()
  for (const group of groups) writer.writeMessage(1, writeResourceLogs, group)
  return writer.finish()
}

/** An ExportLogsServiceResponse; empty when nothing was rejected, as the specification wants it. */
export function encodeResponseProtobuf(rejected: number, message: string): Uint8Array {
  const writer = new PbfWriter()
  if (rejected > 0 || message !== '') {
    writer.writeMessage(
      1,
      (partial: { rejected: number; message: string }, pbf) => {
        if (partial.rejected > 0) pbf.writeVarintField(1, partial.rejected)
        if (partial.message !== '') writeText(pbf, 2, partial.message)
      },
      { rejected, message },
    )
  }
  return writer.finish()
}

/** A google.rpc.Status, the body of every refusal. @param code of google.rpc.Code */
export function encodeStatusProtobuf(code: number, message: string): Uint8Array {
  const writer = new PbfWriter()
  writer.writeVarintField(1, code)
  writeText(writer, 2, message)
  return writer.finish()
}

function writeResourceLogs({ resource, scope, records }: OtlpGroup, pbf: PbfWriter): void {
  pbf.writeMessage(1, writePairs, { field: 1, attributes: resource })
  pbf.writeMessage(2, writeScopeLogs, { scope, records })
}

function writeScopeLogs(
  { scope, records }: { readonly scope: OtlpScope; readonly records: readonly OtlpRecord[] },
  pbf: PbfWriter,
): void {
  pbf.writeMessage(1, writeScope, scope)
  for (const record of records) pbf.writeMessage(2, writeRecord, record)
}

function writeScope({ name, version }: OtlpScope, pbf: PbfWriter): void {
  if (name !== '') writeText(pbf, 1, name)
  if (version !== '') writeText(pbf, 2, version)
}

function writeRecord(record: OtlpRecord, pbf: PbfWriter): void {
  writeNanoseconds(pbf, 1, record.time)
  if (record.severityNumber !== 0) pbf.writeVarintField(2, record.severityNumber)
  if (record.severityText !== '') writeText(pbf, 3, record.severityText)
  if (record.body !== null) pbf.writeMessage(5, writeValue, record.body)
  writePairs({ field: 6, attributes: record.attributes }, pbf)
  if (record.traceId !== '') pbf.writeBytesField(9, Buffer.from(record.traceId, 'hex'))
  if (record.spanId !== '') pbf.writeBytesField(10, Buffer.from(record.spanId, 'hex'))
  writeNanoseconds(pbf, 11, record.observed)
  if (record.eventName !== '') writeText(pbf, 12, record.eventName)
}

/** By its bytes: the UTF-8 of `pbf` 5.1 turns characters of the planes 2, 3 and so on into others. */
function writeText(pbf: PbfWriter, field: number, text: string): void {
  pbf.writeBytesField(field, Buffer.from(text))
}

/** fixed64 by its bytes: `pbf` takes a number, which has no nanosecond of this century exactly. */
function writeNanoseconds(pbf: PbfWriter, field: number, value: bigint): void {
  if (value === 0n) return
  pbf.writeTag(field, 1)
  pbf.writeFixed32(Number(value & 0xffff_ffffn))
  pbf.writeFixed32(Number(value >> 32n))
}

function writePairs(
  { field, attributes }: { readonly field: number; readonly attributes: Attributes },
  pbf: PbfWriter,
): void {
  for (const pair of Object.entries(attributes)) pbf.writeMessage(field, writePair, pair)
}

function writePair([key, value]: readonly [string, unknown], pbf: PbfWriter): void {
  writeText(pbf, 1, key)
  pbf.writeMessage(2, writeValue, value)
}

function writeValue(value: unknown, pbf: PbfWriter): void {
  if (typeof value === 'string') writeText(pbf, 1, value)
  else if (typeof value === 'boolean') pbf.writeBooleanField(2, value)
  else if (typeof value === 'number' && Number.isSafeInteger(value)) pbf.writeVarintField(3, value)
  else if (typeof value === 'number') pbf.writeDoubleField(4, value)
  else if (Array.isArray(value)) pbf.writeMessage(5, writeArray, value)
  else if (typeof value === 'object' && value !== null) {
    pbf.writeMessage(6, writePairs, { field: 1, attributes: value as Attributes })
  }
}

function writeArray(values: readonly unknown[], pbf: PbfWriter): void {
  for (const value of values) pbf.writeMessage(1, writeValue, value)
}
