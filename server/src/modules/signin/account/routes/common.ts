import { z } from 'zod'
import { perAddress } from '../../../../platform/http/limit.ts'
import { defineRoute, type HandlerInput, type Page, type Route } from '../../../../platform/http/route.ts'
import { type Accepted, ok, type Outcome, type Refused } from '../../../../platform/outcome.ts'
import type { Caller } from '../../../../platform/ports.ts'
import type { Read, Work } from '../../../../platform/work.ts'
import { type Problem, problemOf } from '../../pages/layout.ts'
import type { Notice } from '../notices.ts'
import { act, type Owner, ownerOf, ownPages, type PageRoute, refusedTo, verifyFor } from '../own.ts'
import { accountPage, type Place } from '../pages/frame.ts'
import type { AccountTools } from '../parts.ts'
import type { Html } from '../../../../platform/http/html.ts'
import { freshSignIn } from '../../../../platform/assurance.ts'

const DoneQuery = z.object({ done: z.string().optional() })
export const text = z.string().max(2048).default('')
const seen = perAddress(1_200, 'minute')
export const acted = perAddress(240, 'minute')

/** A page of the account: what it is called in the log, and what it shows. */
export interface Shown {
  readonly at: Place
  /** what one must be permitted on oneself */
  readonly action: string
  /** All that it reads, at once: before anything is changed. @returns what makes the page of it */
  readonly load: (owner: Owner, route: PageRoute) => Promise<Show>
}

/** @param problem what was refused, with what was typed */
export type Show = (problem?: Problem, typed?: Readonly<Record<string, string>>) => { body: Html; script?: string }

/** What the routes of the account pages have in common: those that show one, and those that change something. */
const shown = {
  method: 'GET',
  permission: { public: ownPages },
  input: { query: DoneQuery },
  output: 'page',
  reads: true,
  limit: seen,
} as const
export const changed = {
  method: 'POST',
  permission: { public: ownPages },
  output: 'page',
  limit: acted,
  bodyLimit: 16 * 1024,
} as const

export function pageRoute(deps: AccountTools, page: Shown, summary: string): Route {
  return defineRoute({ ...shown, path: page.at, summary, handler: (route) => show(deps, route, page) })
}

type GetRoute = PageRoute & { readonly query: z.output<typeof DoneQuery> }

async function show(deps: AccountTools, route: GetRoute, { at, action, load }: Shown): Promise<Accepted<Page>> {
  const owner = await ownerOf(deps, route, at)
  if ('redirect' in owner) return ok(owner)
  const refused = await refusedTo(deps, owner, action)
  if (refused !== undefined) return refusedAt(at, owner, refused)
  return accountPage({ at, owner, ...(await load(owner, route))(), done: route.query.done })
}

function refusedAt(at: Place, owner: Owner, refused: Refused): Accepted<Page> {
  const problem = problemOf(refused, undefined, null)
  const body = { text: '' } as Html
  return accountPage({ at, owner, body, problem }, { ...refused.reply, status: refused.error.status })
}

type PostRoute = Pick<
  HandlerInput<string, object, Caller | null>,
  'caller' | 'read' | 'work' | 'now' | 'request' | 'source'
>

export interface Acting {
  /** where it is shown, which is also where one comes back to */
  readonly page: Shown
  /** the event of it */
  readonly event: string
  readonly action: string
  /** whether the sign-in must be a new one */
  readonly fresh?: boolean
  /** The path at which more is shown first, where the sign-in shows too little; else null. */
  readonly first?: (owner: Owner, route: PageRoute) => Promise<string | null>
  readonly done: Notice
  /** the field that a refusal is about, by its code */
  readonly field?: (code: string) => string | null
  readonly typed?: Readonly<Record<string, string>>
}

/** Who acts: their own page's data is read before, for the page that a refusal is shown at. */
export interface Act {
  readonly owner: Owner
  readonly read: Read
  readonly work: Work
}

/**
 * What a form of the account does: for its own person, permitted, in a sign-in that is new enough; and back to the page, with a
 * notice or with what was refused.
 * @param landed the page after the act, where it is another than the one that it was asked at
 */
export async function post<T>(
  deps: AccountTools,
  route: PostRoute,
  asked: Acting,
  run: (by: Act) => Promise<Outcome<T>>,
  landed?: (value: T, owner: Owner) => Accepted<Html> | undefined,
): Promise<Accepted<Page>> {
  const { page, event, action, fresh = false, done, field, typed } = asked
  const { at } = page
  const owner = await ownerOf(deps, route, at)
  if ('redirect' in owner) return ok(owner)
  if (fresh && !owner.fresh) return ok({ redirect: verifyFor(at, freshSignIn) })
  const first = (await asked.first?.(owner, route)) ?? null
  if (first !== null) return ok({ redirect: first })
  const made = await page.load(owner, route)
  const forbidden = await refusedTo(deps, owner, action)
  const { outcome, eventId } = await act(route.work, event, owner, async (work) =>
    forbidden === undefined ? run({ owner, read: route.read, work }) : forbidden,
  )
  if (outcome.ok) {
    const other = landed?.(outcome.value, owner)
    if (other !== undefined) return { ...other, reply: { ...other.reply, ...withCookies(outcome.reply.cookies) } }
    return ok({ redirect: `${at}?done=${done}` }, withCookies(outcome.reply.cookies))
  }
  const problem = problemOf(outcome, eventId, field?.(outcome.error.code) ?? null)
  const reply = { ...outcome.reply, status: outcome.error.status }
  return accountPage({ at, owner, ...made(problem, typed), problem }, reply)
}

function withCookies(cookies: readonly string[] | undefined) {
  return cookies === undefined ? {} : { cookies }
}
