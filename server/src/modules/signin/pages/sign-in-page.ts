import { html, type Html } from '../../../platform/http/html.ts'
import type { Accepted, Reply } from '../../../platform/outcome.ts'
import { home } from '../return-path.ts'
import { alert, field, hidden, page, type Problem } from './layout.ts'

export interface SignInPage {
  readonly email: string
  /** path at this origin */
  readonly returnTo: string
  /** the application that the person comes from, and where it is */
  readonly application?: { readonly name: string; readonly origin: string } | undefined
  /** nobody can sign in yet */
  readonly unset: boolean
  readonly problem?: Problem | undefined
}

export function signInPage(view: SignInPage, reply: Reply = {}): Accepted<Html> {
  const { email, returnTo, application, unset, problem } = view
  const body = html`<h1>Sign in</h1>
${application !== undefined && html`<p class="lead">to continue to <strong>${application.name}</strong></p>`}
${alert(problem)}
${
  unset &&
  html`<p class="note">No operator can sign in yet. Open the set-up link that Holdfast printed at its first start; it is also in
<code>bootstrap.json</code> in the data directory.</p>`
}
<form method="post" action="/sign-in">
${returnTo !== home && hidden('return', returnTo)}
${field({
  name: 'email',
  label: 'E-mail address',
  type: 'email',
  autocomplete: 'username',
  value: email,
  focus: email === '',
  problem,
})}
${field({
  name: 'password',
  label: 'Password',
  type: 'password',
  autocomplete: 'current-password',
  focus: email !== '',
  problem,
})}
<button type="submit">Sign in</button>
</form>`
  return page({ title: 'Sign in', body, formTarget: application?.origin }, reply)
}
