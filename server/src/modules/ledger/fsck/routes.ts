import { z } from 'zod'
import { perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../platform/http/route.ts'
import type { Jobs } from '../../../platform/jobs/jobs.ts'
import { ok, refuse } from '../../../platform/outcome.ts'
import type { Random } from '../../../platform/random.ts'
import { errors } from '../errors.ts'
import { checkJob } from './job.ts'
import { insertCheck, readCheck } from './store.ts'
import { uuid } from '../../../platform/uuid.ts'

export interface CheckRouteDeps {
  readonly random: Random
  readonly enqueue: Jobs['enqueue']
}

const permission = {
  // The whole log, of all tenants, and what is wrong with whose events
  action: 'checkLog',
  resource: () => ({ type: 'Installation', id: 'installation' }),
} as const

const Check = z.object({
  id: z.uuid(),
  state: z.enum(['waiting', 'running', 'failed', 'done']),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
  /** entries of the log that were computed again; null until it is done */
  size: z.int().nullable(),
  /** entries whose events were compared until now */
  checked: z.int(),
  rootHash: z.string().nullable(),
  /** null until it is done */
  ok: z.boolean().nullable(),
  problems: z.array(
    z.object({ code: z.string(), seq: z.int().nullable(), event: z.string().nullable(), detail: z.string() }),
  ),
  /** problems beside those that are named */
  more: z.int(),
})

export const checkRoutes = ({ random, enqueue }: CheckRouteDeps): readonly Route[] => [
  defineRoute({
    method: 'POST',
    path: '/api/v1/ledger/fsck',
    summary: 'Compute the whole log again and compare everything with it; a job does it, the answer names it',
    permission,
    output: z.object({ id: z.uuid() }),
    event: 'ledger.check_started',
    limit: perPrincipal(6, 'minute'),
    handler: ({ work, now }) =>
      work(async (tx) => {
        const id = random.id()
        await insertCheck(tx, id, now)
        await enqueue(tx, { kind: checkJob, payload: { check: id } })
        await tx.record({ kind: 'ledger.check_started', resource: { type: 'LogCheck', id } })
        return ok({ id }, { status: 202 })
      }),
  }),
  defineRoute({
    method: 'GET',
    path: '/api/v1/ledger/fsck/:id',
    summary: 'How far a check of the whole log is, and what it found',
    permission,
    output: Check,
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: async ({ params: { id }, read }) => {
      const found = uuid.test(id) ? await read((tx) => readCheck(tx, id)) : undefined
      if (found === undefined) return refuse(errors.check_not_found, { check: id.slice(0, 64) })
      const { startedAt, finishedAt, problems, found: count, ...rest } = found
      return ok({
        ...rest,
        startedAt: startedAt.toISOString(),
        finishedAt: finishedAt?.toISOString() ?? null,
        ok: rest.state === 'done' ? count === 0 : null,
        problems: problems.map((problem) => ({ ...problem })),
        more: count - problems.length,
      })
    },
  }),
]
