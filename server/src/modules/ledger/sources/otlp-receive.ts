import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { setImmediate as breathe } from 'node:timers/promises'
import { severityIds, type UnsequencedEvent } from '@holdfast/events'
import { platformErrors } from '../../../platform/errors.ts'
import type { Received } from '../../../platform/http/route.ts'
import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Random } from '../../../platform/random.ts'
import type { Caller, WorkContext } from '../../../platform/ports.ts'
import type { UnitOfWork } from '../../../platform/work.ts'
import type { Describe } from '../describe.ts'
import type { Ingest } from '../ingest.ts'
import {
  decodeJson,
  decodeProtobuf,
  encodeResponseJson,
  encodeResponseProtobuf,
  type OtlpGroup,
  OtlpMalformed,
} from '../otlp/index.ts'
import type { DescribedEvent } from '../stored.ts'
import { sourceErrors } from './errors.ts'
import { eventOf, severityOf } from './otlp-event.ts'

export interface OtlpDeps {
  readonly units: UnitOfWork
  readonly ingest: Ingest
  readonly describe: Describe
  readonly random: Random
}

export interface OtlpRequest {
  readonly bytes: Received
  readonly contentEncoding: string | null
  readonly caller: Caller
  readonly context: WorkContext
  readonly now: Date
}

/** Of a body that was compressed, in the clear. */
const plainMost = 16 * 1024 * 1024
/** Events of one transaction: between two of them other requests have their turn. */
const chunk = 250

const inflate = promisify(gunzip)

interface Entry {
  readonly event: UnsequencedEvent
  readonly severity: ReturnType<typeof severityOf>
}

/**
 * Takes the logs of one ExportLogsServiceRequest (OTLP specification, "OTLP/HTTP Request" and "Response"). What was
 * accepted is committed before it is answered, a part at a time: sent again, because no answer came, it is recorded once.
 */
export async function receiveOtlp(deps: OtlpDeps, request: OtlpRequest): Promise<Outcome<string | Uint8Array>> {
  const plain = await decompress(request.bytes.content, request.contentEncoding)
  if (!plain.ok) return plain
  const json = request.bytes.media === 'application/json'
  const groups = decode(plain.value, json)
  if (!groups.ok) return groups
  const { entries, rejected } = await toEvents(groups.value, deps, request)
  for (let start = 0; start < entries.length; start += chunk) {
    const part = entries.slice(start, start + chunk)
    await deps.units.work(request.context, (tx) =>
      deps.ingest(
        tx,
        part.map(({ event }) => event),
        request.caller.principal,
        (event, n) => withSeverity(deps.describe(event, tx.tenant, request.now), part[n]?.severity),
      ),
    )
  }
  const message = rejected === 0 ? '' : `${rejected} log records name another application than that of this service`
  return ok(json ? JSON.stringify(encodeResponseJson(rejected, message)) : encodeResponseProtobuf(rejected, message), {
    headers: { 'content-type': request.bytes.media },
  })
}

async function decompress(content: Uint8Array, encoding: string | null): Promise<Outcome<Uint8Array>> {
  const name = encoding?.trim().toLowerCase() ?? ''
  if (name === '' || name === 'identity') return ok(content)
  if (name !== 'gzip') {
    return refuse(platformErrors.media_type_unsupported, { expected: 'no Content-Encoding, or gzip' })
  }
  try {
    return ok(await inflate(content, { maxOutputLength: plainMost }))
  } catch (error) {
    // A few kilobytes can become gigabytes: it ends where the limit is passed.
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
      ? refuse(platformErrors.body_too_large, { limit: plainMost })
      : refuse(sourceErrors.otlp_malformed, { problem: 'it is not in the format gzip' })
  }
}

function decode(plain: Uint8Array, json: boolean): Outcome<OtlpGroup[]> {
  try {
    return ok(json ? decodeJson(JSON.parse(Buffer.from(plain).toString())) : decodeProtobuf(plain))
  } catch (error) {
    if (error instanceof OtlpMalformed) return refuse(sourceErrors.otlp_malformed, { problem: error.message })
    if (error instanceof SyntaxError) return refuse(sourceErrors.otlp_malformed, { problem: 'it is no JSON' })
    throw error
  }
}

async function toEvents(
  groups: readonly OtlpGroup[],
  { random }: OtlpDeps,
  { caller, now }: OtlpRequest,
): Promise<{ entries: Entry[]; rejected: number }> {
  const context = { caller, random, now, seen: new Map<string, number>(), groups: new Map() }
  const entries: Entry[] = []
  let rejected = 0
  for (const group of groups) {
    for (const record of group.records) {
      const event = eventOf(group, record, context)
      if (event === undefined) rejected += 1
      else entries.push({ event, severity: severityOf(record.severityNumber) })
      if ((entries.length + rejected) % chunk === 0) await breathe()
    }
  }
  return { entries, rejected }
}

const captions = new Map(Object.entries(severityIds).map(([caption, id]) => [id, caption]))

/** The sender's severity in place of that of the kind. */
function withSeverity(described: DescribedEvent, severity: Entry['severity']): DescribedEvent {
  if (severity === undefined) return described
  const caption = captions.get(severity) ?? described.document.severity
  return { ...described, document: { ...described.document, severity_id: severity, severity: caption } }
}
