import { z } from 'zod'
import { perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../platform/http/route.ts'
import { ok, refuse } from '../../../platform/outcome.ts'
import type { RetentionConfig } from './config.ts'
import { type EraseDeps, erasePerson, settled } from './erase.ts'
import { retentionErrors } from './errors.ts'
import type { Hold as Held, Holds } from './holds.ts'
import { listRules, resetRule, type RetentionRule, setRule } from './rules.ts'
import { Erased, Hold, HoldList, NewHold, NewRule, Rule, Rules } from './wire.ts'

export interface RetentionRouteDeps extends EraseDeps {
  readonly holds: Holds
  readonly config: RetentionConfig
}

const installation = () => ({ type: 'Installation', id: 'installation' })
const often = perPrincipal(600, 'minute')
const seldom = perPrincipal(60, 'minute')

export const retentionRoutes = (deps: RetentionRouteDeps): readonly Route[] => [
  defineRoute({
    method: 'GET',
    path: '/api/v1/ledger/retention',
    summary: 'Show how long events are kept, by class and kind',
    permission: { action: 'viewRetention', resource: installation },
    output: Rules,
    reads: true,
    limit: often,
    handler: async ({ read }) => {
      const { days, leastDays, mostDays } = deps.config
      return ok({ days, leastDays, mostDays, rules: (await read(listRules)).map(ruleShown) })
    },
  }),
  defineRoute({
    method: 'PUT',
    path: '/api/v1/ledger/retention/:target',
    summary: 'Set how long events of a class (class:3002) or kind (kind:session) are kept',
    permission: { action: 'changeRetention', resource: installation },
    input: { body: NewRule },
    output: Rule,
    event: 'retention.changed',
    limit: seldom,
    handler: async ({ params, body, work, now }) => {
      const set = await work((tx) => setRule(tx, params.target, body.days, now, deps.config))
      return set.ok ? ok(ruleShown(set.value)) : set
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: '/api/v1/ledger/retention/:target',
    summary: 'Take a rule of retention away: the default applies again',
    permission: { action: 'changeRetention', resource: installation },
    output: z.object({ deleted: z.literal(true) }),
    event: 'retention.reset',
    limit: seldom,
    handler: ({ params, work }) => work((tx) => resetRule(tx, params.target)),
  }),
  defineRoute({
    method: 'GET',
    path: '/api/v1/ledger/holds',
    summary: 'List the legal holds, those in force first',
    permission: { action: 'listHolds', resource: installation },
    output: HoldList,
    reads: true,
    limit: often,
    handler: async ({ read }) => ok({ items: (await read((tx) => deps.holds.list(tx))).map(holdShown), next: null }),
  }),
  defineRoute({
    method: 'POST',
    path: '/api/v1/ledger/holds',
    summary: 'Place a legal hold on everything, on what names a subject, or on a time: it is neither pruned nor erased',
    permission: { action: 'placeHold', resource: installation },
    input: { body: NewHold },
    output: Hold,
    event: 'hold.placed',
    limit: seldom,
    handler: async ({ caller, body, work, now }) => {
      const placed = await work((tx) => deps.holds.place(tx, caller.principal, body, now))
      return placed.ok ? ok(holdShown(placed.value), placed.reply) : placed
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/api/v1/ledger/holds/:id/release',
    summary: 'Release a legal hold',
    permission: { action: 'releaseHold', resource: installation },
    output: Hold,
    event: 'hold.released',
    limit: seldom,
    handler: async ({ caller, params, work, now }) => {
      const released = await work((tx) => deps.holds.release(tx, caller.principal, params.id, now))
      return released.ok ? ok(holdShown(released.value)) : released
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: '/api/v1/events/subjects/:type/:id',
    summary: 'Erase a person from the log by destroying their key; the events stay, and every proof stays valid',
    permission: { action: 'erasePerson', resource: ({ params }) => ({ type: 'Person', id: params.id }) },
    output: Erased,
    event: 'person.erased_from_log',
    limit: seldom,
    handler: async ({ params, read, work, now }) => {
      const { type, id } = params
      if (type !== 'Person') return refuse(retentionErrors.subject_not_person, { type: type.slice(0, 64) })
      await settled(read, { type, id })
      const erased = await work((tx) => erasePerson(tx, { type, id }, now, deps))
      return erased.ok ? ok({ ...erased.value, remains: [...erased.value.remains] }) : erased
    },
  }),
]

function ruleShown({ target, days, changedAt }: RetentionRule): z.input<typeof Rule> {
  return { target, days, changedAt: changedAt.toISOString() }
}

function holdShown({ since, until, placedAt, releasedAt, ...rest }: Held): z.input<typeof Hold> {
  return {
    ...rest,
    since: since?.toISOString() ?? null,
    until: until?.toISOString() ?? null,
    placedAt: placedAt.toISOString(),
    releasedAt: releasedAt?.toISOString() ?? null,
  }
}
