import type { AdapterPayload } from 'oidc-provider'
import { ok, type Outcome } from '../../../platform/outcome.ts'
import type { Work } from '../../../platform/work.ts'
import type { FlushDeps } from '../provider/flush.ts'
import { putArtifact } from '../store/artifacts.ts'
import { findConsent, putConsent } from '../store/consents.ts'
import type { WaitingConsent } from './waiting.ts'
import { together } from './words.ts'

/** Writes down what the person decided; the request that waits finds it when the browser comes back to it. */
export function decide(
  work: Work,
  { columns }: Pick<FlushDeps, 'columns'>,
  waiting: WaitingConsent,
  { allow, now }: { readonly allow: boolean; readonly now: Date },
): Promise<Outcome<null>> {
  const { uid, payload, expiresAt, client, session, asked } = waiting
  const denied = { error: 'access_denied', error_description: 'the person did not agree' }
  const result: AdapterPayload['result'] = allow ? { consent: {} } : denied
  return work(async (tx) => {
    await putArtifact(tx, columns, { kind: 'Interaction', id: uid, payload: { ...payload, result }, expiresAt }, now)
    if (allow) {
      const allowed = together(await findConsent(tx, session.person, client.clientId), asked)
      await putConsent(tx, { person: session.person, client: client.clientId, allowed, now })
    }
    await tx.record({
      kind: allow ? 'oauth.consent_given' : 'oauth.consent_refused',
      actor: { type: 'Person', id: session.person },
      resource: { type: 'Person', id: session.person },
      data: {
        client: client.clientId,
        scopes: [asked.openid?.scope, ...Object.values(asked.resources ?? {})].join(' ').trim(),
      },
    })
    return ok(null)
  })
}
