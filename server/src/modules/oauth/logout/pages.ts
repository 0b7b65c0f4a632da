import { html } from '../../../platform/http/html.ts'
import type { Reply } from '../../../platform/outcome.ts'
import { page } from '../../signin/index.ts'
import { originsOf } from '../interactions/destination.ts'
import type { LogoutRequest } from './request.ts'

export const confirmPath = '/oauth/end-session/confirm'

/** Without a hint anybody may have sent the person here: they are asked (RP-Initiated Logout 1.0, section 2). */
export function askPage(asked: LogoutRequest, person: string, client: string | undefined, back: string | undefined) {
  const { client_id: id, post_logout_redirect_uri: uri, state } = asked
  const kept = Object.entries({ client_id: id, post_logout_redirect_uri: uri, state })
  const body = html`<h1>Sign out?</h1>
<p>${client !== undefined ? html`<strong>${client}</strong> asks you to sign out.` : 'Somebody asks you to sign out.'} You are signed in as <strong>${person}</strong>, and would be signed out everywhere in this browser.</p>
<form method="post" action="${confirmPath}">
${kept.map(([name, value]) => value !== undefined && html`<input type="hidden" name="${name}" value="${value}">`)}
<button type="submit" name="decision" value="sign-out" autofocus>Sign out</button>
<button type="submit" name="decision" value="stay" class="second">Stay signed in</button>
</form>`
  return page({ title: 'Sign out?', body, formTargets: originsOf(back) })
}

export function outPage(reply: Reply = {}) {
  const body = html`<h1>You are signed out</h1><p>You can close this page, or <a href="/sign-in">sign in again</a>.</p>`
  return page({ title: 'Signed out', body }, reply)
}

export function stayPage() {
  const body = html`<h1>You are still signed in</h1><p>Nothing was changed. You can close this page.</p>`
  return page({ title: 'Still signed in', body })
}

export function problemPage(problem: string) {
  const body = html`<h1>The sign-out cannot go on</h1>
<div class="problem" role="alert"><p>The application sent a request that cannot be answered: ${problem}.</p></div>
<form method="post" action="/sign-out"><button type="submit">Sign out here</button></form>`
  return page({ title: 'The sign-out cannot go on', body }, { status: 400 })
}
