import type { LabPerson, Way } from './attack.ts'
import { forgedIdentities } from './forge.ts'
import { send, type Sending } from './http.ts'

const COOKIE = '__Host-holdfast'
const IDENTITY = 'holdfast-identity'

export interface Places {
  /** The guarded shop's host at the gateway: `http://shop.localhost:<port>`. */
  readonly gateway: string
  /** The guarded shop itself, which takes the gateway's identity tokens and nothing else. */
  readonly upstream: string
  /** A second process of the guarded shop that takes host sessions and bearers too. */
  readonly open: string
}

/**
 * Through the gateway: the customer's own session, and beside it everything that a client may not say, an identity token
 * that claims to be the admin above all.
 */
export function throughGateway({ gateway }: Places, session: string, admin: LabPerson): Way {
  const forged = forgedIdentities({ person: admin.id, application: 'shop' })
  const lies = Object.values(forged)[0] ?? ''
  return {
    name: 'own session and a forged identity',
    send: (sending) => send(gateway, withHeaders(sending, `${COOKIE}=${session}`, { [IDENTITY]: lies })),
  }
}

/** With the gateway bypassed: nothing, what a forger can make, and the customer's own session where it counts. */
export function bypassing({ upstream, open }: Places, session: string, admin: LabPerson): readonly Way[] {
  const forged = forgedIdentities({ person: admin.id, application: 'shop' })
  return [
    { name: 'no identity', send: (sending) => send(upstream, sending) },
    ...Object.entries(forged).map(([how, token]) => ({
      name: `forged identity, ${how}`,
      send: (sending: Sending) => send(upstream, withHeaders(sending, undefined, { [IDENTITY]: token })),
    })),
    ownSession(open, session),
    {
      name: 'own session as bearer',
      send: (sending) => send(open, withHeaders(sending, undefined, { authorization: `Bearer ${session}` })),
    },
  ]
}

/** The customer's own session, as a browser sends it. */
export function ownSession(origin: string, session: string): Way {
  return {
    name: 'own session',
    send: (sending) => send(origin, withHeaders(sending, `${COOKIE}=${session}`, {})),
  }
}

/** Cookies of the attack stay, beside the session's. */
function withHeaders(sending: Sending, session: string | undefined, more: Record<string, string>): Sending {
  const cookies = [session, sending.headers?.['cookie']].filter((cookie) => cookie !== undefined)
  const cookie = cookies.length === 0 ? {} : { cookie: cookies.join('; ') }
  return { ...sending, headers: { ...sending.headers, ...more, ...cookie } }
}
