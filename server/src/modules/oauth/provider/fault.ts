import type { KoaContextWithOIDC } from 'oidc-provider'
import { detailOf, Fault, platformErrors } from '../../../platform/errors.ts'
import { renderError } from '../pages/error-page.ts'

interface FaultAnswer {
  readonly status: number
  readonly error: 'server_error' | 'temporarily_unavailable'
  readonly description: string
  /** It can be repeated: nothing of it was done. */
  readonly again: boolean
}

/**
 * What a client is told where the fault is ours, in the form of RFC 6749, section 5.2. That section has no word for it;
 * section 4.1.2.1 has.
 */
export function faultAnswer(error: unknown): FaultAnswer {
  const known = error instanceof Fault ? error.error : platformErrors.internal_error
  const away = known.status === 503
  return {
    status: away ? 503 : 500,
    error: away ? 'temporarily_unavailable' : 'server_error',
    description: detailOf(known, {}),
    again: away && known !== platformErrors.outcome_unknown,
  }
}

/** Seconds. */
export const retryAfter = '2'

/** In place of what oidc-provider would have answered: what that gave was not written. */
export function answerFault(ctx: KoaContextWithOIDC, error: unknown, policy: string): void {
  const { status, error: code, description, again } = faultAnswer(error)
  const out = { error: code, error_description: description }
  for (const name of ['location', 'set-cookie', 'www-authenticate']) ctx.remove(name)
  ctx.set('content-security-policy', policy)
  ctx.set('cache-control', 'no-store')
  if (again) ctx.set('retry-after', retryAfter)
  ctx.status = status
  if (isPage(ctx)) renderError(ctx, out)
  else ctx.body = out
}

/** Whether a person sees the answer. */
export function isPage(ctx: KoaContextWithOIDC): boolean {
  return ctx.oidc.route === 'authorization' || ctx.oidc.route === 'resume'
}
