import { perPrincipal } from '../../../platform/http/limit.ts'
import { carriedEvents, defineRoute, type Route } from '../../../platform/http/route.ts'
import type { Caller, ResourceRef } from '../../../platform/ports.ts'
import { type OtlpDeps, receiveOtlp } from './otlp-receive.ts'
import { otlpRefusal } from './otlp-refusal.ts'
import { recordEvents } from './record.ts'
import { Recorded, RecordRequest } from './wire.ts'

/** A service records for the application that it is bound to; who is bound to none, for the installation. */
function recordedFor({ application }: Caller): ResourceRef {
  return application === null ? { type: 'Installation', id: 'installation' } : { type: 'Application', id: application }
}

const permission = {
  action: 'recordEvent',
  resource: ({ caller }: { readonly caller: Caller }) => recordedFor(caller),
} as const

export const routes = (deps: OtlpDeps): readonly Route[] => [
  defineRoute({
    method: 'POST',
    path: '/api/v1/events',
    summary: 'Record one event or up to 100, compact or as OCSF documents; sent twice under an id it is one event',
    permission,
    input: { body: RecordRequest },
    bodyLimit: 4 * 1024 * 1024,
    output: Recorded,
    event: carriedEvents,
    limit: perPrincipal(6000, 'minute'),
    handler: ({ work, caller, body, now }) => recordEvents(deps, { work, caller, now }, body),
  }),
  defineRoute({
    method: 'POST',
    path: '/otlp/v1/logs',
    summary: 'Receive logs over OTLP/HTTP, in protocol buffers or JSON, compressed with gzip or not',
    permission,
    input: { bytes: { media: ['application/x-protobuf', 'application/json'] } },
    bodyLimit: 4 * 1024 * 1024,
    output: { media: 'application/x-protobuf' },
    refusal: otlpRefusal,
    event: carriedEvents,
    limit: perPrincipal(6000, 'minute'),
    handler: ({ bytes, caller, source, request, now }) => {
      const { tenant, principal, name } = caller
      const context = { tenant, actor: { ...principal, name }, source, requestId: request.requestId }
      return receiveOtlp(deps, {
        bytes,
        contentEncoding: request.headers.get('content-encoding'),
        caller,
        context,
        now,
      })
    },
  }),
]
