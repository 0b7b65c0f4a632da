import type { KoaContextWithOIDC } from 'oidc-provider'
import { html } from '../../../platform/http/html.ts'
import { document, pagePolicy } from './layout.ts'

/**
 * Sends a browser on to the client from a page, and not by a redirect. Chromium holds the `form-action` of the sign-in page against every
 * redirect that follows its form, whoever answers it: a client that leads on to another origin (an API to its front end, a broker to the
 * application behind it) would be blocked, and nobody here can know where that is. A page ends what the form began.
 * Whatever is no browser is redirected, and so is who goes to an application on the person's own machine, which a browser opens for
 * somebody who has just pressed a button.
 */
export function sendOn(ctx: KoaContextWithOIDC, issuer: string): void {
  const to = URL.parse(ctx.response.get('location'))
  const isLeaving = to !== null && /^https?:$/.test(to.protocol) && to.origin !== new URL(issuer).origin
  const isBrowser = ctx.get('sec-fetch-mode') === 'navigate' && ctx.get('sec-fetch-dest') === 'document'
  if (ctx.oidc?.route !== 'resume' || !isLeaving || !isBrowser) return
  ctx.status = 200
  ctx.remove('location')
  ctx.type = 'html'
  ctx.set('content-security-policy', pagePolicy())
  ctx.set('referrer-policy', 'no-referrer')
  ctx.set('refresh', `0; url=${to.href}`)
  ctx.body = document('Signed in', html`<h1>One moment</h1><p><a href="${to.href}">Continue to ${to.host}</a></p>`).text
}
