import { html, type Html } from '../../../platform/http/html.ts'
import type { Accepted, Reply } from '../../../platform/outcome.ts'
import { alert, field, hidden, page, type Problem } from './layout.ts'

export interface SetupPage {
  readonly token: string
  readonly email: string
  readonly name: string
  readonly passwordLength: number
  readonly problem?: Problem | undefined
}

export function setupPage(view: SetupPage, reply: Reply = {}): Accepted<Html> {
  const { token, email, name, passwordLength, problem } = view
  const focused = problem?.field ?? 'email'
  const body = html`<h1>Set up Holdfast</h1>
<p class="lead">Enrol the first operator. This link works once; the bootstrap token ends with it.</p>
${alert(problem)}
<form method="post" action="/setup">
${hidden('token', token)}
${field({
  name: 'email',
  label: 'E-mail address',
  type: 'email',
  autocomplete: 'username',
  value: email,
  focus: focused === 'email',
  problem,
})}
${field({
  name: 'name',
  label: 'Name',
  type: 'text',
  autocomplete: 'name',
  value: name,
  focus: focused === 'name',
  problem,
})}
${field({
  name: 'password',
  label: 'Password',
  type: 'password',
  autocomplete: 'new-password',
  hint: `At least ${passwordLength} characters: several words, or one that your password manager makes.`,
  focus: focused === 'password',
  problem,
})}
<button type="submit">Enrol and sign in</button>
</form>`
  return page({ title: 'Set up', body }, reply)
}

/** The link does not hold (any more), or the address to return to is not registered. */
export function refusedPage(title: string, problem: Problem, reply: Reply): Accepted<Html> {
  const body = html`<h1>${title}</h1>
${alert(problem)}
<p class="links"><a href="/sign-in">Go to sign-in</a></p>`
  return page({ title, body }, reply)
}
