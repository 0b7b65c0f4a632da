import { z } from 'zod'
import { perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../platform/http/route.ts'
import { ok } from '../../../platform/outcome.ts'
import { changeSink } from './change.ts'
import { createSink } from './create.ts'
import type { SinkDeps } from './deps.ts'
import { listSinks, requireSink, showSink } from './list.ts'
import { rotateSecret } from './rotate.ts'
import { pauseSink, removeSink, resumeSink, rewindSink } from './steer.ts'
import { testSink } from './test.ts'
import { MadeSink, NewSecret, NewSink, Rewind, Rotation, SinkChanges, SinkList, SinkView, TestResult } from './wire.ts'

const installation = () => ({ type: 'Installation', id: 'installation' })
const sinkOf = ({ params }: { readonly params: { readonly id: string } }) => ({ type: 'Sink', id: params.id })
const operate = { action: 'operateSink', resource: sinkOf } as const
/** certificates and keys in PEM */
const bodyLimit = 256 * 1024

export const routes = (deps: SinkDeps): readonly Route[] => [
  defineRoute({
    method: 'GET',
    path: '/api/v1/sinks',
    summary: 'List the sinks, each with how far behind it is',
    permission: { action: 'listSinks', resource: installation },
    output: SinkList,
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: ({ read, now }) => listSinks(read, now),
  }),
  defineRoute({
    method: 'POST',
    path: '/api/v1/sinks',
    summary: 'Make a sink: send events to a collector, a syslog server, a file or a webhook',
    permission: { action: 'createSink', resource: installation },
    input: { body: NewSink },
    bodyLimit,
    output: MadeSink,
    event: 'sink.created',
    limit: perPrincipal(60, 'minute'),
    handler: ({ work, body, now }) => createSink(deps, work, body, now),
  }),
  defineRoute({
    method: 'GET',
    path: '/api/v1/sinks/:id',
    summary: 'Show one sink',
    permission: { action: 'viewSink', resource: sinkOf },
    output: SinkView,
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: ({ params, read, now }) =>
      read(async (tx) => {
        const sink = await requireSink(tx, params.id)
        return sink.ok ? ok(await showSink(tx, params.id, now)) : sink
      }),
  }),
  defineRoute({
    method: 'PATCH',
    path: '/api/v1/sinks/:id',
    summary: 'Change where a sink sends, its secrets, its filter or its limit',
    permission: { action: 'updateSink', resource: sinkOf },
    input: { body: SinkChanges },
    bodyLimit,
    output: SinkView,
    event: 'sink.changed',
    limit: perPrincipal(60, 'minute'),
    handler: ({ params, read, work, body, now }) => changeSink(deps, { read, work }, params.id, body, now),
  }),
  defineRoute({
    method: 'DELETE',
    path: '/api/v1/sinks/:id',
    summary: 'Remove a sink',
    permission: { action: 'deleteSink', resource: sinkOf },
    output: z.object({ id: z.string() }),
    event: 'sink.deleted',
    limit: perPrincipal(60, 'minute'),
    handler: ({ params, work }) => removeSink(work, params.id),
  }),
  defineRoute({
    method: 'POST',
    path: '/api/v1/sinks/:id/test',
    summary: 'Send a test message',
    permission: operate,
    output: TestResult,
    event: 'sink.tested',
    limit: perPrincipal(30, 'minute'),
    handler: ({ params, read, work, request, now }) =>
      testSink(deps, { read, work, signal: request.signal }, params.id, now),
  }),
  defineRoute({
    method: 'POST',
    path: '/api/v1/sinks/:id/pause',
    summary: 'Stop delivering; the place is kept',
    permission: operate,
    output: SinkView,
    event: 'sink.paused',
    limit: perPrincipal(60, 'minute'),
    handler: ({ params, work, now }) => pauseSink(work, params.id, now),
  }),
  defineRoute({
    method: 'POST',
    path: '/api/v1/sinks/:id/resume',
    summary: 'Deliver again from the place that was kept',
    permission: operate,
    output: SinkView,
    event: 'sink.resumed',
    limit: perPrincipal(60, 'minute'),
    handler: ({ params, work, now }) => resumeSink(work, params.id, now),
  }),
  defineRoute({
    method: 'POST',
    path: '/api/v1/sinks/:id/rewind',
    summary: 'Set a sink to a place of the log: what lies above it is delivered next',
    permission: operate,
    input: { body: Rewind },
    output: SinkView,
    event: 'sink.rewound',
    limit: perPrincipal(60, 'minute'),
    handler: ({ params, work, body, now }) => rewindSink(work, params.id, body.seq, now),
  }),
  defineRoute({
    method: 'POST',
    path: '/api/v1/sinks/:id/rotate',
    summary: 'Give a webhook a new signing secret, which is shown this once',
    permission: { action: 'updateSink', resource: sinkOf },
    input: { body: Rotation },
    output: NewSecret,
    event: 'sink.secret_rotated',
    limit: perPrincipal(30, 'minute'),
    handler: ({ params, work, body, now }) => rotateSecret(deps, work, params.id, body.overlapHours, now),
  }),
]
