import type { AdapterPayload, InteractionResults } from 'oidc-provider'
import type { FoundArtifact } from '../store/artifacts.ts'
import type { BrowserSession } from '../types.ts'

/**
 * A request that waited for its person, read again: what was asked of them is answered by their session, and by nothing that
 * the browser says. A new sign-in has another id than the one that the browser had before, and is as good.
 */
export function answered({ payload, createdAt }: FoundArtifact, session: BrowserSession | null): AdapterPayload {
  const { session: _before, ...rest } = payload
  const result: InteractionResults = { ...payload.lastSubmission, ...freshLogin(createdAt, session), ...payload.result }
  return { ...rest, ...(Object.keys(result).length > 0 && { result }) }
}

/** Whether the person has shown something since the request began to wait (`prompt=login`, `max_age`). */
function freshLogin(begun: Date, session: BrowserSession | null): InteractionResults {
  if (session === null) return {}
  const shown = Object.values(session.proofs).filter((time) => time !== undefined)
  if (Math.max(session.authenticatedAt.getTime(), ...shown) < begun.getTime()) return {}
  const { person: accountId, acr, amr, authenticatedAt } = session
  const ts = Math.floor(authenticatedAt.getTime() / 1000)
  return { login: { accountId, acr, amr: [...amr], ts }, select_account: {} }
}
