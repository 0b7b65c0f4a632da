import { type Acr, acrs } from '../../../platform/assurance.ts'
import type { GuardedApplication } from '../types.ts'

/** What a gateway asks for when it sends a browser here; all of it comes through the browser. */
export interface HandoffRequest {
  readonly application: string
  readonly redirectUri: string
  readonly state: string
  readonly challenge: string
  /** what the host wants the session to show (RFC 9470, section 4): how well, and how many seconds ago at most */
  readonly acr?: Acr
  readonly maxAge?: number
}

const callbackPath = '/.holdfast/callback'
const host = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(?::\d{1,5})?$/

/**
 * Where the browser goes back to: exactly the callback of one of the application's hosts, compared as text (RFC 9700,
 * section 2.1), so that no two parsers can disagree about what it names. Without TLS only where the control plane has
 * none either, or where the name is this very machine's.
 * @returns the origin, or undefined when it is none of them
 */
export function handoffOrigin(
  application: GuardedApplication,
  redirectUri: string,
  publicUrl: string,
): string | undefined {
  for (const name of application.hosts) {
    if (!host.test(name)) continue
    const schemes = publicUrl.startsWith('http://') || isLoopback(name) ? ['https', 'http'] : ['https']
    for (const scheme of schemes) {
      const origin = `${scheme}://${name}`
      if (redirectUri === origin + callbackPath) return origin
    }
  }
  return undefined
}

/** RFC 6761, section 6.3: names under `localhost` are this machine. */
function isLoopback(name: string): boolean {
  const [bare = ''] = name.split(/:\d+$/)
  return bare === 'localhost' || bare.endsWith('.localhost') || bare === '127.0.0.1' || bare === '[::1]'
}

/** @returns the request when it is well-formed: a state that fits, and an S256 challenge (RFC 7636, section 4.2) */
export function readHandoff(query: Readonly<Record<string, string | undefined>>): HandoffRequest | undefined {
  const { application = '', redirect_uri: redirectUri = '', state = '', challenge = '', max_age: maxAge } = query
  const acr = acrs.find((known) => known === query['acr'])
  const wellFormed =
    /^[a-z][a-z0-9-]{0,62}$/.test(application) &&
    /^[\x21-\x7e]{1,1024}$/.test(redirectUri) &&
    /^[\x21-\x7e]{1,512}$/.test(state) &&
    /^[A-Za-z0-9_-]{43}$/.test(challenge) &&
    (query['acr'] === undefined || acr !== undefined) &&
    (maxAge === undefined || /^\d{1,9}$/.test(maxAge))
  if (!wellFormed) return undefined
  const wanted = { ...(acr !== undefined && { acr }), ...(maxAge !== undefined && { maxAge: Number(maxAge) }) }
  return { application, redirectUri, state, challenge, ...wanted }
}

export const handoffPath = '/sign-in/for'

/** The path at which the hand-off goes on after the sign-in. */
export function handoffReturn({ application, redirectUri, state, challenge, acr, maxAge }: HandoffRequest): string {
  const query = new URLSearchParams({ application, redirect_uri: redirectUri, state, challenge })
  if (acr !== undefined) query.set('acr', acr)
  if (maxAge !== undefined) query.set('max_age', String(maxAge))
  return `${handoffPath}?${query.toString()}`
}

/** @returns the hand-off that a return path leads to; undefined for any other path */
export function handoffOfReturn(path: string): HandoffRequest | undefined {
  if (!path.startsWith(`${handoffPath}?`)) return undefined
  return readHandoff(Object.fromEntries(new URLSearchParams(path.slice(handoffPath.length + 1))))
}
