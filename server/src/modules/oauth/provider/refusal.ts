import type { KoaContextWithOIDC } from 'oidc-provider'
import type { RecordedEvent } from '../../../platform/ports.ts'
import type { RequestBuffer } from './buffer.ts'
import type { FlushDeps } from './flush.ts'

/** Asked for as a matter of course: nobody was refused anything. */
const usual = new Set([
  'use_dpop_nonce',
  'authorization_pending',
  'slow_down',
  'login_required',
  'consent_required',
  'interaction_required',
])

/** Whether somebody was refused, and not only asked for something more. */
export function isRefused({ failed }: Pick<RequestBuffer, 'failed'>): boolean {
  return failed !== undefined && !usual.has(failed.message)
}

/** What is written down of a request that was refused; of a flood only how many there were. */
export function refusalOf(deps: FlushDeps, ctx: KoaContextWithOIDC, held: RequestBuffer): RecordedEvent | undefined {
  const { failed } = held
  if (failed === undefined || !isRefused(held)) return undefined
  const unrecorded = deps.told.next(held.source.address ?? 'unknown')
  if (unrecorded === undefined) return undefined
  const { route, client } = ctx.oidc
  return {
    kind: route === 'authorization' || route === 'resume' ? 'oauth.refused' : 'oauth.token_refused',
    outcome: 'refused',
    resource: client === undefined ? null : { type: 'Client', id: client.clientId },
    reason: failed.error ?? 'server_error',
    data: {
      endpoint: route,
      ...(failed.error_detail !== undefined && { detail: failed.error_detail.slice(0, 200) }),
      ...(unrecorded > 0 && { unrecorded }),
    },
  }
}
