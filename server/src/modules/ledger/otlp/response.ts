import { OtlpMalformed } from './model.ts'
import { integerOf } from './numbers.ts'
import { WireReader } from './wire-reader.ts'

/**
 * Reads an ExportLogsServiceResponse. Its message is not looked at: it is the far side's text, and would be shown to ours.
 * @param type the content type of the answer; what is no JSON is taken for protocol buffers
 * @throws OtlpMalformed
 */
export function decodeResponse(type: string | undefined, body: Uint8Array): { readonly rejected: number } {
  if (body.byteLength === 0) return { rejected: 0 }
  return { rejected: type?.startsWith('application/json') === true ? fromJson(body) : fromProtobuf(body) }
}

function fromJson(body: Uint8Array): number {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(body).toString())
  } catch {
    throw new OtlpMalformed('the answer is no JSON')
  }
  const partial = member(value, 'partialSuccess')
  return count(integerOf(member(partial, 'rejectedLogRecords') ?? 0, 'rejectedLogRecords'))
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}

function fromProtobuf(body: Uint8Array): number {
  const reader = new WireReader(body)
  let rejected = 0n
  reader.message((field, type) => {
    if (field !== 1) return
    reader.nested(type, (inner, innerType) => {
      if (inner === 1) rejected = reader.int64(innerType)
    })
  })
  return count(rejected)
}

function count(value: bigint): number {
  return value < 0n ? 0 : Number(value)
}
