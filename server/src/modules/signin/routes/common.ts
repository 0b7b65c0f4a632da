import { z } from 'zod'
import type { HandlerInput } from '../../../platform/http/route.ts'
import type { Read } from '../../../platform/work.ts'
import { destinationFor } from '../flow/destination.ts'
import { pathOf, readTarget, type SignInTarget, targetFields } from '../flow/target.ts'
import type { SignInPolicy } from '../policy/shapes.ts'
import { type BrowserSession, browserSession } from '../sessions/browser.ts'
import type { SignInDeps } from '../sign-in.ts'

export const TargetQuery = z.object(targetFields)
export const TargetForm = z.object(targetFields)

/** What each page of the sign-in needs to know. */
export interface Arrived {
  readonly current: BrowserSession | null
  readonly target: SignInTarget
  /** how people sign in here */
  readonly policy: SignInPolicy
  readonly destination: Awaited<ReturnType<typeof destinationFor>>['destination']
}

/**
 * Who comes, and where to. Before the work is opened, which holds a connection until the answer is ready: two for one
 * request could wait for each other when all are taken.
 */
export async function arrive(
  deps: SignInDeps,
  { read, request, now, tenant }: Pick<HandlerInput<string, object, null>, 'read' | 'request' | 'now' | 'tenant'>,
  fields: Parameters<typeof readTarget>[0],
): Promise<Arrived> {
  const asked = readTarget(fields, now)
  const current = await browserSession(deps, request.headers, now, tenant)
  const { returnTo, destination } = await destinationFor(deps, read, asked.returnTo)
  const policy = await deps.policies.known(read, tenant)
  return { current, target: { ...asked, returnTo }, destination, policy }
}

/** Somebody who has shown something, if not yet enough. */
export interface Half extends Arrived {
  readonly current: BrowserSession
}

/** @returns who is on the way in; or where that begins, for whoever has shown nothing */
export async function arriveHalf(...asked: Parameters<typeof arrive>): Promise<Half | { readonly redirect: string }> {
  const arrived = await arrive(...asked)
  const { current, target } = arrived
  return current === null ? { redirect: pathOf('/sign-in', target) } : { ...arrived, current }
}

/** The name that the page greets with. */
export async function nameOf(
  deps: SignInDeps,
  read: Read,
  person: string,
): Promise<{ id: string; name: string; email: string }> {
  const found = await read((tx) => deps.directory.person(tx, person))
  return { id: person, name: found?.name ?? '', email: found?.email ?? '' }
}
