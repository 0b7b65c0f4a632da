import { z } from 'zod'
import type { Change } from '../../../platform/changes.ts'
import type { Transaction } from '../../../platform/database/database.ts'
import { perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../platform/http/route.ts'
import { ok, refuse } from '../../../platform/outcome.ts'
import type { Caller, Decide, Uid } from '../../../platform/ports.ts'
import { errors } from '../errors.ts'
import { actorOf, RoleId, uidText } from '../grants/shapes.ts'
import { Explanation } from '../shapes.ts'
import { findApplication } from '../store.ts'
import type { Worlds } from '../world/index.ts'
import { explainIn } from './explain.ts'
import { accessHistory } from './history.ts'
import { namedIn } from './named.ts'
import { evaluated, questionParts, worldWhen } from './past.ts'
import { whatCan } from './what-can.ts'
import { whoCan } from './who-can.ts'

export interface QuestionDeps {
  readonly worlds: Worlds
  readonly decide: Decide
  /** what the directory remembers of somebody */
  readonly directoryHistory: (
    tx: Transaction,
    uid: Uid,
    page: { until: Date | null; limit: number },
  ) => Promise<readonly Change[]>
  /** names of people and services, for who may see them */
  readonly namesOf: (tx: Transaction, uids: readonly Uid[]) => Promise<ReadonlyMap<string, string>>
}

const onApplication = ({ params }: { params: { app: string } }) => ({ type: 'Application', id: params.app })
const installation = { type: 'Installation', id: 'installation' }
const Principal = z.object({ type: z.string(), id: z.string() })
const page = { limit: z.coerce.number().int().min(1).max(500).default(100), cursor: uidText.optional() }
const cursorOf = (uid: Uid | null) => (uid === null ? null : `${uid.type}::${JSON.stringify(uid.id)}`)
const limit = perPrincipal(120, 'minute')

/** A place in the history: a moment, and how many of its changes were shown. */
const historyCursor = z
  .string()
  .max(60)
  .regex(/^\d{4}-\d\d-\d\dT[\d:.]+Z~\d{1,6}$/, 'the `next` of the page before')
  .transform((text) => ({
    at: new Date(text.slice(0, text.indexOf('~'))),
    shown: Number(text.slice(text.indexOf('~') + 1)),
  }))
  .refine(({ at }) => !Number.isNaN(at.getTime()), 'the `next` of the page before')

export function questionRoutes({ worlds, decide, directoryHistory, namesOf }: QuestionDeps): Route[] {
  /** Whoever may list people sees their names beside the ids. Asked outside of a transaction, since it takes one of its own. */
  const naming = async (caller: Caller) => {
    const { allowed } = await decide(caller, 'listPeople', installation)
    return (tx: Transaction, uids: readonly Uid[]) => (allowed ? namesOf(tx, uids) : new Map<string, string>())
  }

  return [
    defineRoute({
      method: 'GET',
      path: '/api/v1/applications/:app/who-can',
      summary: 'Who can do something, now or as it was, and by which policies',
      permission: { action: 'viewAccess', resource: onApplication },
      input: { query: z.object({ action: z.string().min(1).max(500), resource: uidText, ...questionParts, ...page }) },
      output: z.object({
        items: z.array(z.object({ principal: Principal, name: z.string().nullable(), policies: z.array(z.string()) })),
        next: z.string().nullable(),
      }),
      reads: true,
      limit,
      handler: ({ read, params, query: { cursor, ...query }, now, caller }) =>
        evaluated(async () => {
          const world = await read((tx) => worldWhen(tx, worlds, params.app, query, now))
          if (!world.ok) return world
          const named = namedIn(world.value, { action: query.action, resourceType: query.resource.type })
          if (!named.ok) return named
          const { items, next } = await whoCan(world.value, { ...query, after: cursor })
          const principals = items.map(({ principal }) => principal)
          const namesFor = await naming(caller)
          const names = await read(async (tx) => namesFor(tx, principals))
          return ok({
            items: items.map(({ principal, policies }) => ({
              principal,
              name: names.get(principal.id) ?? null,
              policies: [...policies],
            })),
            next: cursorOf(next),
          })
        }),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/applications/:app/what-can',
      summary: 'What somebody can do, on a resource or on all that are known, now or as it was',
      permission: { action: 'viewAccess', resource: onApplication },
      input: {
        query: z.object({
          principal: uidText,
          resource: uidText.optional(),
          resourceType: z.string().max(200).optional(),
          ...questionParts,
          ...page,
        }),
      },
      output: z.object({
        items: z.array(
          z.object({
            resource: Principal,
            actions: z.array(z.object({ action: z.string(), policies: z.array(z.string()) })),
          }),
        ),
        next: z.string().nullable(),
      }),
      reads: true,
      limit,
      handler: ({ read, params, query: { cursor, ...query }, now }) =>
        evaluated(async () => {
          const world = await read((tx) => worldWhen(tx, worlds, params.app, query, now))
          if (!world.ok) return world
          const named = namedIn(world.value, { resourceType: query.resource?.type ?? query.resourceType })
          if (!named.ok) return named
          const { items, next } = await whatCan(world.value, { ...query, after: cursor })
          return ok({
            items: items.map(({ resource, actions }) => ({
              resource,
              actions: actions.map(({ action, policies }) => ({ action, policies: [...policies] })),
            })),
            next: cursorOf(next),
          })
        }),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/applications/:app/explain',
      summary: 'One decision in words, now or as it was',
      permission: { action: 'viewAccess', resource: onApplication },
      input: {
        query: z.object({
          principal: uidText,
          action: z.string().min(1).max(500),
          resource: uidText,
          ...questionParts,
        }),
      },
      output: Explanation,
      reads: true,
      limit: perPrincipal(600, 'minute'),
      handler: ({ read, params, query, now }) =>
        evaluated(async () => {
          const world = await read((tx) => worldWhen(tx, worlds, params.app, query, now))
          if (!world.ok) return world
          const { decision, reasons, errors: failures, text, nearest } = explainIn(world.value, query)
          return ok({
            decision,
            reasons: reasons.map((policy) => ({ policy })),
            errors: [...failures],
            explanation: { text, nearest },
          })
        }),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/applications/:app/history',
      summary: 'What changed when and by whom: grants, policies, roles, memberships, stored entities',
      permission: { action: 'viewAccess', resource: onApplication },
      input: {
        query: z.object({
          principal: uidText.optional(),
          resource: uidText.optional(),
          policy: z.string().max(100).optional(),
          role: RoleId.optional(),
          limit: z.coerce.number().int().min(1).max(500).default(100),
          cursor: historyCursor.optional(),
        }),
      },
      output: z.object({
        items: z.array(
          z.object({
            at: z.iso.datetime(),
            by: Principal.nullable(),
            byName: z.string().nullable(),
            what: z.enum(['grant', 'policy', 'schema', 'role', 'entity', 'membership', 'nesting', 'account', 'group']),
            change: z.enum(['added', 'changed', 'removed']),
            subject: Principal,
            details: z.record(z.string(), z.unknown()),
          }),
        ),
        next: z.string().nullable(),
      }),
      reads: true,
      limit: perPrincipal(600, 'minute'),
      handler: async ({ read, params, query, caller }) => {
        const named = await naming(caller)
        return read(async (tx) => {
          if ((await findApplication(tx, params.app)) === undefined) {
            return refuse(errors.application_not_found, { application: params.app })
          }
          const { cursor = { at: null, shown: 0 }, principal } = query
          const wanted = { until: cursor.at, limit: query.limit + cursor.shown + 1 }
          const own = await accessHistory(tx, params.app, query, wanted)
          const theirs = principal === undefined ? [] : await directoryHistory(tx, principal, wanted)
          const all = [...own, ...theirs].toSorted((a, b) => b.at.getTime() - a.at.getTime())
          const shown = all.slice(cursor.shown, cursor.shown + query.limit)
          const actors = shown.flatMap(({ by }) => actorOf(by) ?? [])
          const names = await named(tx, actors)
          return ok({
            items: shown.map(({ at, by, what, change, subject, details }) => {
              const actor = actorOf(by)
              const byName = actor === null ? null : (names.get(actor.id) ?? null)
              return { at: at.toISOString(), by: actor, byName, what, change, subject, details }
            }),
            next: nextOf(all, cursor.shown + query.limit),
          })
        })
      },
    }),
  ]
}

/** @param shown how many of these were shown, with those of pages before that happened at the moment of the first */
function nextOf(all: readonly Change[], shown: number): string | null {
  const last = all[shown - 1]
  if (last === undefined || all.length <= shown) return null
  const same = all.slice(0, shown).filter(({ at }) => at.getTime() === last.at.getTime()).length
  return `${last.at.toISOString()}~${same}`
}
