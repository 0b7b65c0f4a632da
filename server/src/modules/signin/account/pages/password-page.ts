import { html, type Html } from '../../../../platform/http/html.ts'
import { field, type Problem } from '../../pages/layout.ts'

export interface PasswordView {
  readonly email: string
  /** whether there is one to know */
  readonly has: boolean
  readonly least: number
  readonly problem?: Problem | undefined
}

export function passwordBody({ email, has, least, problem }: PasswordView): Html {
  const focused = problem?.field
  return html`<p>${has ? 'Changing it ends all your other sign-ins.' : 'You have none: you sign in by other means. You may set one.'}</p>
<form method="post" action="/account/password" class="narrow">
<input type="hidden" name="username" autocomplete="username" value="${email}">
${
  has &&
  field({
    name: 'current',
    label: 'Current password',
    type: 'password',
    autocomplete: 'current-password',
    focus: focused === 'current',
    problem,
  })
}
${field({
  name: 'password',
  label: 'New password',
  type: 'password',
  autocomplete: 'new-password',
  hint: `At least ${least} characters: several words without a pattern, or one that your password manager makes.`,
  focus: focused === 'password',
  problem,
})}
${field({
  name: 'again',
  label: 'New password, again',
  type: 'password',
  autocomplete: 'new-password',
  focus: focused === 'again',
  problem,
})}
<button type="submit">${has ? 'Change the password' : 'Set the password'}</button>
</form>`
}
