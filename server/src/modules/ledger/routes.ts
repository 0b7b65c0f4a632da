import { perPrincipal } from '../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { ok } from '../../platform/outcome.ts'
import { viewEvent } from './find.ts'
import { proveConsistency } from './log/consistency.ts'
import { makePack } from './log/pack.ts'
import { proveEvent, type ProofDeps } from './log/proof.ts'
import type { Readings } from './search/index.ts'
import { readCheckpoint, readHead } from './store/head.ts'
import { Consistency, ConsistencyQuery, EventWithPlace, Head, PackQuery } from './wire.ts'

export interface LedgerRouteDeps extends ProofDeps {
  readonly readings: Readings
}

const installation = () => ({ type: 'Installation', id: 'installation' })
const event = ({ params }: { readonly params: { readonly id: string } }) => ({ type: 'Event', id: params.id })

export const routes = (deps: LedgerRouteDeps): readonly Route[] => [
  defineRoute({
    method: 'GET',
    path: '/api/v1/events/:id',
    summary: 'Show one event, in short and in OCSF, with its place in the log',
    permission: { action: 'viewEvent', resource: event },
    output: EventWithPlace,
    event: 'log.read',
    limit: perPrincipal(600, 'minute'),
    handler: async ({ params, read, caller, source, request }) => {
      const reader = { caller, source, requestId: request.requestId }
      await deps.readings.record(reader, { what: 'event', resource: event({ params }) })
      const found = await viewEvent(read, deps.readEvents, params.id)
      return found.ok ? ok({ ...found.value, ocsf: { ...found.value.ocsf }, erased: [...found.value.erased] }) : found
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/api/v1/events/:id/proof',
    summary: 'Prove that an event is in the log, in a text that is verified without us (C2SP tlog-proof)',
    permission: { action: 'viewEvent', resource: event },
    output: { media: 'text/plain; charset=utf-8' },
    event: 'log.read',
    limit: perPrincipal(600, 'minute'),
    handler: async ({ params, caller, source, request }) => {
      const reader = { caller, source, requestId: request.requestId }
      await deps.readings.record(reader, { what: 'proof', resource: event({ params }) })
      return proveEvent(deps, caller.tenant, params.id)
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/api/v1/ledger/head',
    summary: 'Say where the log of the installation stands',
    permission: { action: 'verifyLedger', resource: installation },
    output: Head,
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: async ({ read }) => {
      const { origin, vkey } = await deps.identity()
      return read(async (tx) => {
        const { size, root, time } = await readHead(tx)
        const checkpoint = (await readCheckpoint(tx))?.note ?? null
        return ok({ size, rootHash: root.toString('hex'), time: time?.toISOString() ?? null, origin, vkey, checkpoint })
      })
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/api/v1/ledger/consistency',
    summary: 'Prove that the log of one size continues that of a smaller one',
    permission: { action: 'verifyLedger', resource: installation },
    input: { query: ConsistencyQuery },
    output: Consistency,
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: async ({ query: { from, to } }) => {
      const proof = await proveConsistency(deps.database, from, to)
      return proof.ok ? ok({ ...proof.value, hashes: [...proof.value.hashes] }) : proof
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/api/v1/ledger/pack',
    summary: 'A part of the log as a file that is verified without us: entries, what their events said, and proofs',
    permission: { action: 'verifyLedger', resource: installation },
    input: { query: PackQuery },
    output: { media: 'application/x-ndjson' },
    event: 'log.read',
    limit: perPrincipal(60, 'minute'),
    handler: async ({ query, caller, source, request }) => {
      const reader = { caller, source, requestId: request.requestId }
      await deps.readings.record(reader, { what: 'pack', filter: { from: query.from, to: query.to } })
      return makePack(deps, caller.tenant, query)
    },
  }),
]
