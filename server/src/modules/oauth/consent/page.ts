import { type Html, html } from '../../../platform/http/html.ts'
import { document } from '../pages/layout.ts'
import type { Allowed } from '../store/allowed.ts'
import type { WaitingConsent } from './waiting.ts'
import { linesOf } from './words.ts'

/** Asks a person whether a client may have what it asks for: whose it is, what it is, and where they go from here. */
export function consentPage({ uid, client, asked, redirectUri }: WaitingConsent, who: string, days: number): Html {
  const target = URL.parse(redirectUri)
  const where = target === null ? redirectUri : target.host === '' ? target.protocol : target.host
  const lines = linesOf(asked, client).map((line) => html`<li>${line}</li>`)
  const body = html`<h1>${client.name} asks for access</h1>
<p>You are signed in as <strong>${who}</strong>. If you agree, <strong>${client.name}</strong> may:</p>
<ul>${lines}</ul>
<p class="hint">This holds ${lastsOf(asked, days)}. You go on to <code>${where}</code>. You can take this back at any time in your account.</p>
<form method="post" action="/oauth/consent/${uid}">
<button type="submit" name="decision" value="allow">Allow</button>
<button type="submit" name="decision" value="deny" class="second">Do not allow</button>
</form>`
  return document(`${client.name} asks for access`, body, client.application)
}

/** How long the client has what it asks for: as long as the sign-in, or as its grant without one. */
function lastsOf(asked: Allowed, days: number): string {
  const offline = (asked.openid?.scope ?? '').split(' ').includes('offline_access')
  return offline ? `for up to ${days} ${days === 1 ? 'day' : 'days'}` : 'until you sign out'
}
