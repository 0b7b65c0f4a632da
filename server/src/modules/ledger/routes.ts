import { perPrincipal } from '../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { ok } from '../../platform/outcome.ts'
import { viewEvent } from './find.ts'
import type { LogIdentity } from './identity.ts'
import type { ReadEvents } from './read.ts'
import { readCheckpoint, readHead } from './store/head.ts'
import { EventWithPlace, Head } from './wire.ts'

export interface LedgerRouteDeps {
  readonly readEvents: ReadEvents
  readonly identity: () => Promise<LogIdentity>
}

const installation = () => ({ type: 'Installation', id: 'installation' })

export const routes = ({ readEvents, identity }: LedgerRouteDeps): readonly Route[] => [
  defineRoute({
    method: 'GET',
    path: '/api/v1/events/:id',
    summary: 'Show one event, in short and in OCSF, with its place in the log',
    permission: { action: 'viewEvent', resource: ({ params }) => ({ type: 'Event', id: params.id }) },
    output: EventWithPlace,
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: async ({ params, read }) => {
      const found = await viewEvent(read, readEvents, params.id)
      return found.ok ? ok({ ...found.value, ocsf: { ...found.value.ocsf }, erased: [...found.value.erased] }) : found
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
      const { origin, vkey } = await identity()
      return read(async (tx) => {
        const { size, root, time } = await readHead(tx)
        const checkpoint = (await readCheckpoint(tx))?.note ?? null
        return ok({ size, rootHash: root.toString('hex'), time: time?.toISOString() ?? null, origin, vkey, checkpoint })
      })
    },
  }),
]
