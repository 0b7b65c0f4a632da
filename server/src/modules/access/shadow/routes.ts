import { z } from 'zod'
import { perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../platform/http/route.ts'
import { ok } from '../../../platform/outcome.ts'
import type { Random } from '../../../platform/random.ts'
import type { ReadEvents, Readings } from '../../ledger/index.ts'
import type { Authoring } from '../authoring/authoring.ts'
import { PolicyInputs } from '../decision-log/wire.ts'
import { promoteCandidate } from './promote.ts'
import { Candidate, CandidateReport, readCandidate, reportOf, showCandidate } from './report.ts'
import { startCandidate, stopCandidate } from './start.ts'

export interface ShadowRouteDeps {
  readonly authoring: Authoring
  readonly random: Random
  readonly readEvents: ReadEvents
  readonly readings: Pick<Readings, 'record'>
}

const onApplication = ({ params }: { readonly params: { readonly app: string } }) => ({
  type: 'Application',
  id: params.app,
})
const path = '/api/v1/applications/:app/candidate'

export function shadowRoutes({ authoring, random, readEvents, readings }: ShadowRouteDeps): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path,
      summary: 'Read the candidate policies of an application',
      permission: { action: 'viewCandidate', resource: onApplication },
      output: Candidate,
      reads: true,
      limit: perPrincipal(600, 'minute'),
      handler: ({ params, read, now }) =>
        read(async (tx) => {
          const found = await readCandidate(tx, params.app)
          return found.ok ? ok(showCandidate(found.value.row, found.value.live, now)) : found
        }),
    }),
    defineRoute({
      method: 'PUT',
      path,
      summary: 'Let candidate policies decide beside the live ones; they change no answer',
      permission: { action: 'writeCandidate', resource: onApplication },
      input: {
        body: z.strictObject({
          /** all of them: what is live and not here would be deleted by promoting it */
          policies: PolicyInputs,
          schema: z
            .string()
            .max(256 * 1024)
            .optional(),
          expected: z.uuid().nullable().optional(),
        }),
      },
      bodyLimit: 1_600 * 1024,
      output: Candidate,
      event: 'candidate.started',
      limit: perPrincipal(30, 'minute'),
      handler: async ({ params, body, caller, read, work, now }) => {
        const writing = { read, work, authoring, now, random }
        const started = await startCandidate(writing, caller, params.app, body)
        if (!started.ok) return started
        return ok(showCandidate(started.value.candidate, started.value.live, now), started.reply)
      },
    }),
    defineRoute({
      method: 'DELETE',
      path,
      summary: 'Take the candidate policies of an application away, with their report',
      permission: { action: 'writeCandidate', resource: onApplication },
      output: z.object({ deleted: z.literal(true) }),
      event: 'candidate.stopped',
      limit: perPrincipal(60, 'minute'),
      handler: ({ params, work }) => stopCandidate(work, params.app),
    }),
    defineRoute({
      method: 'GET',
      path: `${path}/report`,
      summary: 'What the candidate would have decided otherwise so far',
      permission: { action: 'viewCandidate', resource: onApplication },
      output: CandidateReport,
      event: 'log.read',
      limit: perPrincipal(300, 'minute'),
      handler: async ({ params, caller, source, read, now, request }) => {
        const report = await read((tx) => reportOf(tx, params.app, readEvents, now))
        const { requestId } = request
        const resource = { type: 'Application', id: params.app }
        if (report.ok) await readings.record({ caller, source, requestId }, { what: 'candidate', resource })
        return report
      },
    }),
    defineRoute({
      method: 'POST',
      path: `${path}/promote`,
      summary: 'Make the candidate policies the live ones, in one step',
      permission: { action: 'promoteCandidate', resource: onApplication },
      input: { body: z.strictObject({ candidate: z.uuid(), live: z.string().min(1).max(64) }) },
      output: z.object({
        written: z.array(z.string()),
        deleted: z.array(z.string()),
        unchanged: z.int(),
        live: z.string(),
      }),
      event: 'candidate.promoted',
      limit: perPrincipal(30, 'minute'),
      handler: async ({ params, body, caller, read, work, now }) => {
        const promoted = await promoteCandidate({ read, work, authoring, now }, caller, params.app, body)
        if (!promoted.ok) return promoted
        const { written, deleted, ...rest } = promoted.value
        return ok({ ...rest, written: [...written], deleted: [...deleted] })
      },
    }),
  ]
}
