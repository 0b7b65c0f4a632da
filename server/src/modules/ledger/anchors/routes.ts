import { z } from 'zod'
import type { Database } from '../../../platform/database/database.ts'
import { perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../platform/http/route.ts'
import { ok, refuse } from '../../../platform/outcome.ts'
import type { Random } from '../../../platform/random.ts'
import { errors } from '../errors.ts'
import type { LedgerKeys } from '../stored.ts'
import { insertAcceptance, sealAcceptance } from './acknowledge.ts'
import type { AnchorStanding, AnchorWatch } from './watch.ts'

export interface AnchorRouteDeps {
  readonly database: Database
  readonly random: Random
  readonly keys: Pick<LedgerKeys, 'installation'>
  readonly anchors: AnchorWatch
  /** the sequencer found the log to be broken, or an anchor did */
  readonly halted: () => boolean
}

const installation = () => ({ type: 'Installation', id: 'installation' })

const Anchors = z.object({
  /** whether this process takes events into the log */
  halted: z.boolean(),
  anchors: z.array(
    z.object({
      name: z.string(),
      verdict: z.enum(['ok', 'rolled_back', 'forked', 'foreign']).nullable(),
      size: z.int().nullable(),
      seenAt: z.iso.datetime().nullable(),
      trouble: z.string().nullable(),
    }),
  ),
})

const Acknowledgement = z.strictObject({ reason: z.string().min(1).max(500) })

export const anchorRoutes = (deps: AnchorRouteDeps): readonly Route[] => [
  defineRoute({
    method: 'GET',
    path: '/api/v1/ledger/anchors',
    summary: 'How the log does against the checkpoints that were kept elsewhere, as this process sees it',
    permission: { action: 'verifyLedger', resource: installation },
    output: Anchors,
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: () => ok(shown(deps)),
  }),
  defineRoute({
    method: 'POST',
    path: '/api/v1/ledger/anchors/acknowledge',
    summary: 'Accept the log as it is, though it is not the one that was anchored: events are taken into it again',
    permission: { action: 'acknowledgeRollback', resource: installation },
    input: { body: Acknowledgement },
    output: z.object({ id: z.uuid() }),
    event: 'ledger.rollback_acknowledged',
    limit: perPrincipal(6, 'minute'),
    handler: async ({ body, work, now }) => {
      const { database, random, keys } = deps
      if (!deps.halted()) return refuse(errors.nothing_to_acknowledge)
      const id = random.id()
      const sealed = await sealAcceptance(database, keys, id, now)
      return work(async (tx) => {
        await insertAcceptance(tx, id, sealed, now)
        const anchors = deps.anchors.standing().map(({ name, verdict, size }) => ({ name, verdict, size }))
        await tx.record({
          kind: 'ledger.rollback_acknowledged',
          resource: { type: 'LogAcknowledgement', id },
          data: { reason: body.reason, anchors },
        })
        return ok({ id })
      })
    },
  }),
]

function shown({ anchors, halted }: AnchorRouteDeps) {
  const standing = ({ seenAt, ...rest }: AnchorStanding) => ({ ...rest, seenAt: seenAt?.toISOString() ?? null })
  return { halted: halted(), anchors: anchors.standing().map(standing) }
}
