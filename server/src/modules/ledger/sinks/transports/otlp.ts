import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import {
  type Attributes,
  decodeResponse,
  encodeJson,
  encodeProtobuf,
  type OtlpGroup,
  OtlpMalformed,
  type OtlpRecord,
} from '../../otlp/index.ts'
import { createPoster, refusedBy } from '../outbound/post.ts'
import type { Outbound } from '../../../../platform/outbound/resolve.ts'
import type { OtlpSecrets, OtlpSettings } from '../settings.ts'
import { severityOf } from './severity.ts'
import { DeliveryFailed, type Outgoing, type Transport } from './transport.ts'

export interface OtlpParts {
  readonly settings: OtlpSettings
  readonly secrets: OtlpSecrets
  readonly outbound: Outbound
  readonly version: string
}

const compress = promisify(gzip)

/** Exports logs over OTLP/HTTP (OTLP specification 1.x, "OTLP/HTTP"). */
export function createOtlp({ settings, secrets, outbound, version }: OtlpParts): Transport {
  const poster = createPoster(settings, outbound)
  const json = settings.encoding === 'json'
  return {
    async send(batch, signal) {
      const group = groupOf(batch, version)
      const plain = json ? Buffer.from(JSON.stringify(encodeJson([group]))) : encodeProtobuf([group])
      const zipped = settings.compression === 'gzip'
      const answer = await poster.post(
        {
          ...secrets.headers,
          'content-type': json ? 'application/json' : 'application/x-protobuf',
          'user-agent': `Holdfast/${version}`,
          ...(zipped && { 'content-encoding': 'gzip' }),
        },
        zipped ? await compress(plain) : plain,
        signal,
      )
      if (answer.status !== 200) throw refusedBy(answer)
      try {
        // "The client MUST NOT retry the request when it receives a partial success response."
        const { rejected } = decodeResponse(answer.headers['content-type'], answer.body)
        return { refused: Math.min(rejected, batch.length) }
      } catch (error) {
        if (error instanceof OtlpMalformed) throw new DeliveryFailed('it answered 200, but not as OTLP does')
        throw error
      }
    },
    close: async () => poster.close(),
  }
}

function groupOf(batch: readonly Outgoing[], version: string): OtlpGroup {
  return {
    resource: { 'service.name': 'holdfast', 'service.version': version },
    scope: { name: 'holdfast.ledger', version },
    records: batch.map(recordOf),
  }
}

/** `log.record.uid` of the semantic conventions: records of one id are one record, however often they come. */
function recordOf(item: Outgoing): OtlpRecord {
  const time = BigInt(item.time.getTime()) * 1_000_000n
  const common = { time, observed: time, spanId: '', traceId: '' }
  if (item.is === 'event') {
    const { seq, id, kind, outcome, requestId, document } = item
    const { otlp, text } = severityOf(item.severity)
    const attributes: Attributes = {
      'log.record.uid': id,
      'holdfast.seq': seq,
      'holdfast.kind': kind,
      'holdfast.outcome': outcome,
      'ocsf.class_uid': document.class_uid,
      ...(requestId !== null && { 'holdfast.request_id': requestId }),
    }
    const traceId = requestId !== null && /^(?!0+$)[0-9a-f]{32}$/.test(requestId) ? requestId : ''
    return { ...common, traceId, severityNumber: otlp, severityText: text, body: document, attributes, eventName: kind }
  }
  if (item.is === 'gap') {
    return {
      ...common,
      severityNumber: 13,
      severityText: 'WARN',
      body: 'Events of this range are no longer kept and were not sent.',
      attributes: { 'holdfast.seq.from': item.from, 'holdfast.seq.to': item.to, 'holdfast.count': item.count },
      eventName: 'holdfast.gap',
    }
  }
  return {
    ...common,
    severityNumber: 9,
    severityText: 'INFO',
    body: 'A test message of Holdfast.',
    attributes: { 'log.record.uid': item.id },
    eventName: 'holdfast.test',
  }
}
