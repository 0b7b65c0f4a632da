import { html, type Html } from '../../../platform/http/html.ts'
import type { Accepted, Reply } from '../../../platform/outcome.ts'
import type { Destination } from '../flow/destination.ts'
import { fieldsOf, type SignInTarget } from '../flow/target.ts'
import { alert, field, hiddenAll, page, type Problem } from '../pages/layout.ts'

export interface ChangePage {
  readonly target: SignInTarget
  readonly destination: Destination | undefined
  readonly email: string
  readonly problem?: Problem | undefined
}

/** A password that is known to others is changed before anything else. */
export function changePage({ target, destination, email, problem }: ChangePage, reply: Reply = {}): Accepted<Html> {
  const focused = problem?.field ?? 'current'
  const body = html`<h1>Choose another password</h1>
<p class="lead">Your password was given to you by somebody, is known from a breach somewhere, or is too short to stand alone. Others may know it: choose one that you use nowhere else.</p>
${alert(problem)}
<form method="post" action="/sign-in/password">
${hiddenAll(fieldsOf(target))}
<input type="hidden" name="username" autocomplete="username" value="${email}">
${field({
  name: 'current',
  label: 'Current password',
  type: 'password',
  autocomplete: 'current-password',
  focus: focused === 'current',
  problem,
})}
${field({
  name: 'password',
  label: 'New password',
  type: 'password',
  autocomplete: 'new-password',
  hint: 'Several words without a pattern, or one that your password manager makes.',
  focus: focused === 'password',
  problem,
})}
<button type="submit">Change and continue</button>
</form>
<form method="post" action="/sign-out"><button type="submit" class="quiet">Not now: sign out</button></form>`
  return page(
    { title: 'New password', body, formTargets: destination?.origins, application: destination?.application },
    reply,
  )
}
