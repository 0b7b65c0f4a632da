import { html, type Html } from '../../../platform/http/html.ts'
import type { Accepted, Reply } from '../../../platform/outcome.ts'
import type { Destination } from '../flow/destination.ts'
import { fieldsOf, type SignInTarget } from '../flow/target.ts'
import type { Enrolled } from '../mfa/standing.ts'
import { alert, field, hiddenAll, page, type Problem } from './layout.ts'
import { passkeyForm, passkeyScript } from './passkey-form.ts'

export interface VerifyPage {
  readonly target: SignInTarget
  readonly destination: Destination | undefined
  /** of whom the session is */
  readonly name: string
  readonly enrolled: Enrolled
  readonly mailCodes: boolean
  /** a code has just been sent */
  readonly sent?: boolean
  readonly passkeys: boolean
  /** only a passkey will do */
  readonly passkeyOnly: boolean
  readonly problem?: Problem | undefined
}

/** The second factor. */
export function verifyPage(view: VerifyPage, reply: Reply = {}): Accepted<Html> {
  const { target, destination, name, enrolled, mailCodes, passkeys, problem } = view
  const withPasskey = passkeys && enrolled.passkeys > 0
  const fields = fieldsOf(target)
  const body = html`<h1>Show that it is you</h1>
<p class="lead">${name}</p>
${alert(problem)}
${view.sent === true && html`<p class="note" role="status">A code was sent to your e-mail address. It holds for ten minutes.</p>`}
${withPasskey && passkeyForm({ act: 'verify', label: 'Use a passkey', fields })}
${withPasskey && html`<noscript><p class="note">A passkey takes JavaScript.</p></noscript>`}
${
  (enrolled.totp || mailCodes || enrolled.recoveryCodes > 0) &&
  html`<form method="post" action="/sign-in/verify">
${hiddenAll(fields)}
${field({
  name: 'code',
  label: 'Code',
  type: 'text',
  autocomplete: 'one-time-code',
  hint: hintOf(view),
  numeric: enrolled.totp || mailCodes,
  focus: !withPasskey || problem !== undefined,
  problem,
})}
<button type="submit"${withPasskey && html` class="second"`}>Continue</button>
</form>`
}
${
  mailCodes &&
  !view.passkeyOnly &&
  html`<form method="post" action="/sign-in/verify/mail">
${hiddenAll(fields)}
<button type="submit" class="second">Send me a code by e-mail</button>
</form>`
}
<form method="post" action="/sign-out"><button type="submit" class="quiet">Sign in as somebody else</button></form>`
  const script = withPasskey ? passkeyScript : undefined
  return page(
    { title: 'Second factor', body, formTargets: destination?.origins, application: destination?.application, script },
    reply,
  )
}

function hintOf({ enrolled, mailCodes, passkeyOnly }: VerifyPage): string {
  if (passkeyOnly) return 'If you have lost your passkey: a recovery code lets you register another one.'
  const ways = [
    enrolled.totp && 'the six digits of your authenticator app',
    mailCodes && 'the eight digits that were sent to you',
    enrolled.recoveryCodes > 0 && 'a recovery code',
  ].filter((way) => way !== false)
  const text = ways.length > 1 ? `${ways.slice(0, -1).join(', ')} or ${ways.at(-1)}` : (ways[0] ?? '')
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
