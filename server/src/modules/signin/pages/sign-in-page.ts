import { html, type Html } from '../../../platform/http/html.ts'
import type { Accepted, Reply } from '../../../platform/outcome.ts'
import type { Destination } from '../flow/destination.ts'
import { fieldsOf, type SignInTarget } from '../flow/target.ts'
import { alert, field, hiddenAll, page, type Problem } from './layout.ts'
import { passkeyForm, passkeyScript } from './passkey-form.ts'

/** Somewhere else to sign in. */
export interface OfferedConnection {
  readonly name: string
  readonly href: string
}

export interface SignInPage {
  readonly username: string
  readonly target: SignInTarget
  readonly destination: Destination | undefined
  /** browsers have passkeys here */
  readonly passkeys: boolean
  /** people may sign in with one */
  readonly passwords: boolean
  readonly connections: readonly OfferedConnection[]
  /** nobody can sign in yet */
  readonly unset: boolean
  readonly problem?: Problem | undefined
}

export function signInPage(view: SignInPage, reply: Reply = {}): Accepted<Html> {
  const { target, destination, passkeys, passwords, connections, unset, problem } = view
  const body = html`<h1>Sign in</h1>
${destination !== undefined && html`<p class="lead">to continue to <strong>${destination.name}</strong></p>`}
${alert(problem)}
${
  unset &&
  html`<p class="note">No operator can sign in yet. Open the set-up link that Holdfast printed at its first start; it is also in
<code>bootstrap.json</code> in the data directory.</p>`
}
${passwords && passwordForm(view)}
${passkeys && passkeyForm({ act: 'sign-in', label: 'Sign in with a passkey', fields: fieldsOf(target), conditional: true })}
${
  connections.length > 0 &&
  html`<ul class="others">${connections.map(({ name, href }) => html`<li><a class="other" href="${href}">Continue with ${name}</a></li>`)}</ul>`
}
${passwords && html`<p class="links"><a href="${recoverPath(target)}">Forgot your password?</a></p>`}`
  return page(
    {
      title: 'Sign in',
      body,
      formTargets: destination?.origins,
      application: destination?.application,
      script: passkeys ? passkeyScript : undefined,
    },
    reply,
  )
}

function recoverPath({ tenant }: SignInTarget): string {
  return tenant === undefined ? '/recover' : `/recover?tenant=${tenant}`
}

function passwordForm({ username, target, passkeys, problem }: SignInPage): Html {
  return html`<form method="post" action="/sign-in">
${hiddenAll(fieldsOf(target))}
${field({
  name: 'username',
  label: 'E-mail address',
  type: 'email',
  autocomplete: passkeys ? 'username webauthn' : 'username',
  value: username,
  focus: username === '',
  problem,
})}
${field({
  name: 'password',
  label: 'Password',
  type: 'password',
  autocomplete: 'current-password',
  focus: username !== '',
  problem,
})}
<button type="submit">Sign in</button>
</form>`
}
