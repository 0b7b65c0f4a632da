import { z } from 'zod'
import { perAddress } from '../../../platform/http/limit.ts'
import {
  defineRoute,
  type HandlerInput,
  type InputSchemas,
  type Page,
  type Route,
} from '../../../platform/http/route.ts'
import { type Outcome, ok } from '../../../platform/outcome.ts'
import type { BrowserSession } from '../types.ts'
import { type AnswerDeps, answerDevice } from './answer.ts'
import { findDevice, type FoundDevice, isMet, normalized, scopesOf, shown, wantedOf } from './find.ts'
import { devicePath as path } from './place.ts'
import { codePage, confirmPage, donePage } from './pages.ts'

const isPublic = { public: 'the page reads the sign-in of the browser itself, and asks for one' } as const

/**
 * RFC 8628, section 5.1: eight letters of twenty are 34 bits, and nobody tries many. Counted by person, since who tries codes must be
 * signed in, and by address.
 */
const tries = {
  person: { per: 'principal', count: 20, seconds: 600 },
  address: { per: 'address', count: 60, seconds: 600 },
} as const

type Input = HandlerInput<typeof path, InputSchemas, unknown>

const words: Readonly<Record<string, string>> = {
  openid: 'know who you are here',
  profile: 'read your name',
  email: 'read your e-mail address',
  groups: 'read the groups that you are in',
  roles: 'read the roles that you have in its application',
  offline_access: 'go on when you have signed out',
}

/** The page at which a person lets a device in (RFC 8628, section 3.3). */
export const deviceRoutes = (deps: AnswerDeps): Route[] => [
  defineRoute({
    method: 'GET',
    path,
    summary: 'Where a person types the code of a device (RFC 8628)',
    permission: isPublic,
    input: { query: z.object({ user_code: z.string().max(40).optional() }) },
    output: 'page',
    event: 'device.code_refused',
    limit: perAddress(120, 'minute'),
    async handler(input) {
      const { user_code: typed } = input.query
      const session = await deps.sessions.browserSession(input.request.headers, input.tenant)
      if (session === null || session.pending) return signIn(typed, await deps.slugOf(input.tenant))
      if (typed === undefined || typed === '') return codePage()
      return confirm(deps, input, session, typed)
    },
  }),
  defineRoute({
    method: 'POST',
    path,
    summary: 'Takes the code of a device, and then the answer to it',
    permission: isPublic,
    input: {
      form: z.object({ user_code: z.string().max(40), decision: z.enum(['approve', 'deny']).optional() }),
    },
    output: 'page',
    event: 'device.approved',
    limit: perAddress(120, 'minute'),
    async handler(input) {
      const { user_code: typed, decision } = input.form
      const session = await deps.sessions.browserSession(input.request.headers, input.tenant)
      if (session === null || session.pending) return signIn(typed, await deps.slugOf(input.tenant))
      if (decision === undefined) return confirm(deps, input, session, typed)
      const found = await find(deps, input, session, typed)
      if (!('client' in found)) return found.page
      const step = await stepUp(deps, session, found, typed, input.now)
      if (step !== undefined) return step
      const approve = decision === 'approve'
      const { source, request } = input
      const code = normalized(typed)
      const about = { code, found, session, approve, source, requestId: request.requestId }
      const answered = await answerDevice(deps, about)
      if (answered === 'answered') return donePage(approve, found.client.name)
      return codePage(lostBecause[answered], 409)
    },
  }),
]

const lostBecause = {
  over: 'This code was answered already.',
  changed: 'The application was changed just now. Type the code again, and look at what is asked for.',
} as const

async function confirm(deps: AnswerDeps, input: Input, session: BrowserSession, typed: string): Promise<Outcome<Page>> {
  const found = await find(deps, input, session, typed)
  if (!('client' in found)) return found.page
  const step = await stepUp(deps, session, found, typed, input.now)
  if (step !== undefined) return step
  const { openid, resources } = scopesOf(found)
  const person = await input.read((tx) => deps.directory.principal(tx, { type: 'Person', id: session.person }))
  return confirmPage({
    userCode: shown(normalized(typed)),
    client: found.client.name,
    clientUri: found.client.full.client_uri,
    person: person?.email ?? person?.name ?? '',
    scopes: [...openid.map((scope) => words[scope] ?? scope), ...resources.flatMap((resource) => resource.words)],
  })
}

/** The device that shows the code; or the page that says there is none, recorded and counted. */
async function find(
  deps: AnswerDeps,
  input: Input,
  session: BrowserSession,
  typed: string,
): Promise<FoundDevice | { readonly page: Outcome<Page> }> {
  const address = input.source.address ?? 'unknown'
  const wait = Math.max(
    deps.limiter.admit(`device person ${session.person}`, tries.person),
    deps.limiter.admit(`device address ${address}`, tries.address),
  )
  const found = wait > 0 ? undefined : await findDevice(deps, input.read, normalized(typed), input.now)
  if (found !== undefined && found.client.tenant === session.tenant) return found
  const context = {
    tenant: session.tenant,
    actor: { type: 'Person', id: session.person },
    source: input.source,
    requestId: input.request.requestId,
  }
  await deps.units.work(context, (tx) =>
    tx.record({ kind: 'device.code_refused', outcome: 'refused', reason: wait > 0 ? 'throttled' : 'unknown' }),
  )
  const page =
    wait > 0
      ? codePage(`Too many codes were tried. Try again in ${Math.ceil(wait / 60)} minutes.`, 429)
      : codePage('No device waits for this code: look at the device again, or let it make a new one.', 400)
  return { page }
}

/** RFC 9470: the client may want more than the sign-in has shown. */
async function stepUp(
  deps: AnswerDeps,
  session: BrowserSession,
  found: FoundDevice,
  typed: string,
  now: Date,
): Promise<Outcome<Page> | undefined> {
  return isMet(session, found, now) ? undefined : signIn(typed, await deps.slugOf(session.tenant), wantedOf(found))
}

function signIn(
  typed: string | undefined,
  slug: string | null,
  wanted: { readonly acr: string | null; readonly maxAge: number | null } = { acr: null, maxAge: null },
): Outcome<Page> {
  const code = normalized(typed ?? '')
  const back = new URLSearchParams({ ...(slug !== null && { tenant: slug }), ...(code !== '' && { user_code: code }) })
  const query = new URLSearchParams({ return: back.size === 0 ? path : `${path}?${back.toString()}` })
  if (wanted.acr !== null) query.set('acr', wanted.acr)
  if (wanted.maxAge !== null) query.set('max_age', String(wanted.maxAge))
  return ok({ redirect: `/sign-in?${query.toString()}` })
}
