import { errors, type KoaContextWithOIDC } from 'oidc-provider'
import { Fault } from '../../../platform/errors.ts'
import { placeDevice } from '../device/place.ts'
import { renderError, withEvent } from '../pages/error-page.ts'
import { sendOn } from '../pages/onward.ts'
import { buffer, type RequestBuffer } from './buffer.ts'
import { answerFault, isPage } from './fault.ts'
import { contextOf, type Flushed, flush, type FlushDeps, isEmpty, type Lost } from './flush.ts'
import { refusalOf } from './refusal.ts'
import { createRotateTogether, plainRotation } from './rotate-together.ts'
import { tokenOfService, type WriteTogether } from './together.ts'
import { unusedCookie } from './settings.ts'

type Next = () => Promise<void>

/**
 * Around all of oidc-provider: it believes to be where its issuer is, whatever the socket says; and what it wants written is
 * written before its answer leaves, or the answer is another.
 */
export function createMiddleware(deps: FlushDeps, together: WriteTogether) {
  const own = new URL(deps.publicUrl)
  const rotated = createRotateTogether(deps)
  const writtenBy = async (held: RequestBuffer): Promise<Flushed> => {
    const ofService = tokenOfService(held)
    if (ofService !== undefined && (await together(ofService))) return { kind: 'written' }
    const rotation = plainRotation(held)
    return (rotation && (await rotated(rotation))) ?? written(deps, held)
  }
  return async (ctx: KoaContextWithOIDC, next: Next): Promise<void> => {
    // Browsers keep Secure cookies on http://localhost too, and behind a proxy the socket is never secure.
    Object.defineProperties(ctx.request, {
      secure: { get: () => true },
      protocol: { get: () => own.protocol.slice(0, -1) },
      host: { get: () => own.host },
    })
    ctx.cookies.secure = true
    // oidc-provider adds the hash of the one script that it has: the form that sends itself (`response_mode=form_post`).
    ctx.set('content-security-policy', formPostPolicy)
    await next()
    allowFormPost(ctx)
    const held = buffer()
    try {
      // The library has answered, and told of it, as it does for what nobody expects.
      if (held.failed instanceof Fault) return answerFault(ctx, held.failed, formPostPolicy)
      nameReplay(ctx, held)
      const refusal = refusalOf(deps, ctx, held)
      if (refusal !== undefined) held.events.push(refusal)
      answer(ctx, await writtenBy(held))
      if (ctx.oidc?.route === 'device_authorization') await placeDevice(ctx, deps, held.tenant)
    } catch (error) {
      deps.onError(error, 'what a request at an endpoint of OAuth made was not written')
      return answerFault(ctx, error, formPostPolicy)
    }
    sendOn(ctx, deps.publicUrl)
    dropUnused(ctx)
  }
}

/** Of every answer here. */
export const formPostPolicy =
  "default-src 'none'; script-src; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"

/** The form may go to where the client is registered to be answered, and nowhere else. */
function allowFormPost(ctx: KoaContextWithOIDC): void {
  const policy = ctx.response.get('content-security-policy')
  if (!policy.includes("'sha256-")) return
  const { redirect_uri: uri = '' } = (ctx.oidc.params ?? {}) as { readonly redirect_uri?: string }
  const target = URL.parse(uri)?.origin
  if (target === undefined) return
  ctx.set('content-security-policy', policy.replace("form-action 'none'", `form-action ${target}`))
}

async function written(deps: FlushDeps, held: RequestBuffer): Promise<Flushed> {
  if (isEmpty(held)) return { kind: 'written' }
  // Whoever named no client of anybody's is refused in the installation's own tenant.
  return deps.units.work(contextOf(held, held.tenant ?? deps.tenant), (tx) => flush(tx, deps, held))
}

/**
 * A proof that was used before is `invalid_dpop_proof` (RFC 9449, section 5), whether oidc-provider finds it used (to whom it is an
 * `invalid_grant`) or somebody else is first while this request is being answered.
 */
function nameReplay(ctx: KoaContextWithOIDC, held: RequestBuffer): void {
  const { failed } = held
  if (ctx.oidc?.route !== 'token' || !(failed instanceof errors.InvalidGrant)) return
  if (failed.error_detail !== 'DPoP proof JWT Replay detected') return
  held.failed = Object.assign(errorOf('replayed'), { error_detail: failed.error_detail })
  answer(ctx, { kind: 'lost', reason: 'replayed' })
}

function answer(ctx: KoaContextWithOIDC, flushed: Flushed): void {
  if (flushed.kind === 'repeated') {
    ctx.body = { ...(ctx.body as object), refresh_token: flushed.refreshToken }
  }
  if (flushed.kind === 'lost') {
    const error = errorOf(flushed.reason)
    ctx.status = error.statusCode
    ctx.remove('location')
    const out = { error: error.error, error_description: error.error_description ?? '' }
    if (isPage(ctx)) renderError(ctx, out)
    else ctx.body = out
  }
  if (typeof ctx.body === 'string') ctx.body = withEvent(ctx.body, flushed.eventId)
}

/** RFC 6749, section 5.2: one word for all that is wrong with what was presented. */
function errorOf(reason: Lost) {
  switch (reason) {
    case 'request_used':
      return new errors.InvalidRequestUri('request_uri is invalid, expired, or was already used')
    case 'replayed':
      return new errors.InvalidDpopProof('a proof or an assertion was used before')
    default:
      return new errors.InvalidGrant({ cause: reason })
  }
}

/** What oidc-provider sets for the session that it believes to have. */
function dropUnused(ctx: KoaContextWithOIDC): void {
  const set = [ctx.res.getHeader('set-cookie') ?? []].flat().map(String)
  const kept = set.filter((cookie) => !cookie.startsWith(`${unusedCookie}=`))
  if (kept.length === set.length) return
  ctx.remove('set-cookie')
  if (kept.length > 0) ctx.set('set-cookie', kept)
}
