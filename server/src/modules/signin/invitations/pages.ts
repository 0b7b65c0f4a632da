import { html, type Html } from '../../../platform/http/html.ts'
import type { Accepted, Reply } from '../../../platform/outcome.ts'
import { alert, field, hidden, page, type Problem } from '../pages/layout.ts'
import { passkeyScript } from '../pages/passkey-form.ts'
import type { OfferedConnection } from '../pages/sign-in-page.ts'
import type { Open } from './complete.ts'

export interface InvitationPage {
  readonly token: string
  readonly open: Open
  readonly name: string
  readonly hint: string
  readonly connections: readonly OfferedConnection[]
  /** browsers have passkeys here */
  readonly passkeys: boolean
  readonly problem?: Problem | undefined
}

/** Choose how to sign in from now on. */
export function invitationPage(view: InvitationPage, reply: Reply = {}): Accepted<Html> {
  const { token, open, name, hint, connections, passkeys, problem } = view
  const { email, inviter, application } = open
  const body = html`<h1>You are invited</h1>
<p class="lead">${inviter !== null && html`${inviter} invites you`}${inviter === null && 'You are invited'} as <strong>${email}</strong>${
    application !== null && html` to <strong>${application}</strong>`
  }. Choose how you want to sign in.</p>
${alert(problem)}
<form method="post" action="/invitation">
${hidden('token', token)}
<input type="hidden" name="username" autocomplete="username" value="${email}">
${field({ name: 'name', label: 'Your name', type: 'text', autocomplete: 'name', value: name, focus: true, problem })}
${field({ name: 'password', label: 'Password', type: 'password', autocomplete: 'new-password', hint, focus: false, problem })}
<button type="submit">Accept and sign in</button>
</form>
${passkeys && passkeyJoin(token, name)}
${
  connections.length > 0 &&
  html`<ul class="others">${connections.map(
    (connection) => html`<li><a class="other" href="${connection.href}">Accept with ${connection.name}</a></li>`,
  )}</ul>`
}`
  return page({ title: 'You are invited', body, script: passkeys ? passkeyScript : undefined }, reply)
}

/** Shown and sent by the script of the sign-in pages. */
function passkeyJoin(token: string, name: string): Html {
  return html`<form method="post" action="/invitation/passkey" data-passkey="enrol" data-options="/invitation/passkey/options" hidden>
<p>or without a password:</p>
${hidden('token', token)}
${hidden('credential', '')}
${field({ name: 'called', label: 'Your name', type: 'text', autocomplete: 'name', value: name, focus: false })}
<div class="problem" role="alert" hidden><p></p></div>
<button type="submit" class="second">Accept with a passkey</button>
</form>`
}
