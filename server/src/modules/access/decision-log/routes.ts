import type { PolicySet } from '@holdfast/policy'
import { z } from 'zod'
import { perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../platform/http/route.ts'
import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Read } from '../../../platform/work.ts'
import type { SearchEvents } from '../../ledger/index.ts'
import type { Authoring } from '../authoring/authoring.ts'
import { errors } from '../errors.ts'
import { checkPolicies } from '../shadow/check.ts'
import { shadowErrors } from '../shadow/errors.ts'
import { compileCandidate, withFittingLinks } from '../shadow/set.ts'
import { findCandidate } from '../shadow/store.ts'
import { findApplication } from '../store.ts'
import type { Worlds } from '../world/index.ts'
import { replay, type WorldFor } from './replay.ts'
import { searchDecisions } from './search.ts'
import { changeSettings, readSettings } from './settings.ts'
import { DecisionPage, DecisionQuery, ReplayInput, ReplayReport, Settings, showDecision } from './wire.ts'

export interface DecisionLogRouteDeps {
  readonly search: SearchEvents
  readonly authoring: Authoring
  readonly worlds: Pick<Worlds, 'of' | 'at'>
}

const onApplication = ({ params }: { readonly params: { readonly app: string } }) => ({
  type: 'Application',
  id: params.app,
})

export function decisionLogRoutes({ search, authoring, worlds }: DecisionLogRouteDeps): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v1/applications/:app/decisions',
      summary: 'Search the decisions of an application, newest first',
      permission: { action: 'listDecisions', resource: onApplication },
      input: { query: DecisionQuery },
      output: DecisionPage,
      event: 'log.read',
      limit: perPrincipal(300, 'minute'),
      handler: async ({ params, query, caller, source, read, now, request }) => {
        const { signal, requestId } = request
        if ((await read((tx) => findApplication(tx, params.app))) === undefined) {
          return refuse(errors.application_not_found, { application: params.app })
        }
        const asking = { caller, source, requestId, read, now, signal }
        const page = await searchDecisions(search, params.app, query, asking)
        return page.ok ? ok({ ...page.value, items: page.value.items.map(showDecision) }) : page
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/applications/:app/decision-log',
      summary: "How much of an application's decisions is logged",
      permission: { action: 'viewApplication', resource: onApplication },
      output: Settings,
      reads: true,
      limit: perPrincipal(600, 'minute'),
      handler: ({ params, read }) =>
        read(async (tx) => {
          const found = await findApplication(tx, params.app)
          return found === undefined
            ? refuse(errors.application_not_found, { application: params.app })
            : ok(await readSettings(tx, params.app))
        }),
    }),
    defineRoute({
      method: 'PUT',
      path: '/api/v1/applications/:app/decision-log',
      summary: "Change how much of an application's decisions is logged",
      permission: { action: 'changeDecisionLog', resource: onApplication },
      input: { body: Settings },
      output: Settings,
      event: 'decision_log.changed',
      limit: perPrincipal(60, 'minute'),
      handler: ({ params, body, work, now }) => changeSettings(work, params.app, body, now),
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/applications/:app/decisions/replay',
      summary: 'Take logged decisions again with other policies, and say which would turn',
      permission: { action: 'listDecisions', resource: onApplication },
      input: { body: ReplayInput },
      bodyLimit: 1_600 * 1024,
      output: ReplayReport,
      event: 'log.read',
      limit: perPrincipal(120, 'minute'),
      handler: async ({ params, body, caller, source, read, now, request }) => {
        const { signal, requestId } = request
        const { app } = params
        const other = await otherPolicies(app, body, read, authoring)
        if (!other.ok) return other
        const { since, until, cursor, limit } = body
        const asking = { caller, source, requestId, read, now, signal }
        const page = await searchDecisions(search, app, { since, until, cursor, limit }, asking)
        if (!page.ok) return page
        const report = await read((tx) => {
          const worldFor = worldsOf(
            (at) => (at === null ? worlds.of(tx, app, now) : worlds.at(tx, app, { validAt: at, recordedAt: at })),
            other.value,
            body.hierarchy,
          )
          return replay(page.value.items, worldFor)
        })
        return ok({ ...report, next: page.value.next })
      },
    }),
  ]
}

/** The policies of the request, checked like live ones; without any the candidate's. */
async function otherPolicies(
  application: string,
  { policies, schema }: z.output<typeof ReplayInput>,
  read: Read,
  authoring: Authoring,
): Promise<Outcome<PolicySet>> {
  const found = await read(async (tx) => ({
    row: await findApplication(tx, application),
    candidate: policies === undefined ? await findCandidate(tx, application) : undefined,
  }))
  if (found.row === undefined) return refuse(errors.application_not_found, { application })
  if (policies === undefined) {
    return found.candidate === undefined
      ? refuse(shadowErrors.candidate_not_found, { application })
      : ok(compileCandidate(found.candidate.policies))
  }
  const checked = await checkPolicies({ policies, schema }, found.row.schema_text, authoring)
  return checked.ok
    ? ok(compileCandidate(checked.policies))
    : refuse(shadowErrors.candidate_invalid, {}, { findings: checked.findings })
}

/** Worlds of the past that one answer builds at most; what was decided in others is counted as `no_world`. */
const mostWorlds = 30
/** Of them those that are at hand: edges that lag behind mix two or three epochs. */
const mostKept = 4

interface Kept {
  readonly epoch: number
  readonly from: number
  readonly until: number
  readonly world: Awaited<ReturnType<WorldFor>>
}

/**
 * Of now one world for all; of the past one for each epoch and stretch of time in which no grant begins or ends. It is asked in the order of
 * time: a world says until when it holds, and not since when.
 */
function worldsOf(
  load: (at: Date | null) => ReturnType<Worlds['of']>,
  candidate: PolicySet,
  hierarchy: 'now' | 'then',
): WorldFor {
  const kept: Kept[] = []
  let built = 0
  return async ({ time, epoch }) => {
    const [at, of] = hierarchy === 'now' ? [0, 0] : [time.getTime(), epoch]
    const known = kept.find((one) => one.epoch === of && one.from <= at && at < one.until)
    if (known !== undefined) return known.world
    if (built >= mostWorlds) return undefined
    built += 1
    const loaded = await load(hierarchy === 'now' ? null : time)
    const world = loaded && {
      live: loaded.set,
      other: withFittingLinks(candidate, loaded.policies.templateLinks),
      entities: loaded.entities,
    }
    const until = hierarchy === 'now' ? undefined : loaded?.until?.getTime()
    kept.unshift({ epoch: of, from: at, until: until ?? Number.POSITIVE_INFINITY, world })
    kept.splice(mostKept)
    return world
  }
}
