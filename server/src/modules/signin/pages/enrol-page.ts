import { Html, html } from '../../../platform/http/html.ts'
import type { Accepted, Reply } from '../../../platform/outcome.ts'
import type { Destination } from '../flow/destination.ts'
import { fieldsOf, pathOf, type SignInTarget } from '../flow/target.ts'
import { qrOf, type TotpEnrolment } from '../mfa/totp/enrol.ts'
import { alert, field, hidden, hiddenAll, page, type Problem } from './layout.ts'
import { passkeyForm, passkeyScript } from './passkey-form.ts'

export interface EnrolPage {
  readonly target: SignInTarget
  readonly destination: Destination | undefined
  readonly name: string
  readonly passkeys: boolean
  /** only a passkey will do */
  readonly passkeyOnly: boolean
  /** whether the person has a passkey, which they may use instead */
  readonly hasPasskey: boolean
  readonly problem?: Problem | undefined
}

/** The person must have another factor, and has none. */
export function enrolPage(view: EnrolPage, reply: Reply = {}): Accepted<Html> {
  const { target, destination, name, passkeys, passkeyOnly, hasPasskey, problem } = view
  const fields = fieldsOf(target)
  const named = field({
    name: 'name',
    label: 'Name of the passkey',
    type: 'text',
    autocomplete: 'off',
    value: 'Passkey',
    hint: 'So that you recognise it in a list: the device, or the key ring.',
    focus: false,
    problem,
  })
  const body = html`<h1>${passkeyOnly ? 'Register a passkey' : 'Add a second factor'}</h1>
<p class="lead">${name}</p>
<p>${passkeyOnly ? 'Your account needs a passkey: a finger, a face or a PIN instead of something that can be typed into a false page.' : 'Your account needs more than a password.'}</p>
${alert(problem)}
${passkeys && passkeyForm({ act: 'enrol', label: 'Register a passkey', fields, more: named })}
${passkeys && html`<noscript><p class="note">A passkey takes JavaScript.</p></noscript>`}
${
  !passkeys &&
  passkeyOnly &&
  html`<p class="note">Browsers allow passkeys only over https, or at localhost. Serve Holdfast over https, or set
<code>signin.mfa.admins</code> to <code>aal2</code>; <code>holdfast doctor</code> says more.</p>`
}
${
  !passkeyOnly &&
  html`<form method="post" action="/sign-in/enrol/totp">
${hiddenAll(fields)}
<button type="submit"${passkeys && html` class="second"`}>Use an authenticator app</button>
</form>`
}
${hasPasskey && html`<p class="links"><a href="${pathOf('/sign-in/verify', target)}">Use a passkey that you have</a></p>`}
<form method="post" action="/sign-out"><button type="submit" class="quiet">Sign in as somebody else</button></form>`
  const script = passkeys ? passkeyScript : undefined
  return page(
    { title: 'Second factor', body, formTargets: destination?.origins, application: destination?.application, script },
    reply,
  )
}

export interface TotpPage {
  readonly target: SignInTarget
  readonly destination: Destination | undefined
  readonly enrolment: TotpEnrolment
  readonly problem?: Problem | undefined
}

/** The secret as a picture and as text, and a field for the first code. */
export function totpPage({ target, destination, enrolment, problem }: TotpPage, reply: Reply = {}): Accepted<Html> {
  const body = html`<h1>Set up an authenticator app</h1>
<p>Scan this with the app, or type the key into it. Then enter the six digits that it shows.</p>
${alert(problem)}
<div class="qr" role="img" aria-label="QR code of the key">${new Html(qrOf(enrolment.uri))}</div>
<p class="note"><code>${enrolment.secret.match(/.{1,4}/g)?.join(' ')}</code></p>
<form method="post" action="/sign-in/enrol/totp/confirm">
${hiddenAll(fieldsOf(target))}
${hidden('enrolment', enrolment.id)}
${field({
  name: 'code',
  label: 'Code',
  type: 'text',
  autocomplete: 'one-time-code',
  numeric: true,
  focus: true,
  problem,
})}
<button type="submit">Confirm</button>
</form>`
  return page(
    { title: 'Authenticator app', body, formTargets: destination?.origins, application: destination?.application },
    reply,
  )
}

/** Recovery codes, this once. */
export function codesPage(codes: readonly string[], to: string, reply: Reply = {}): Accepted<Html> {
  const body = html`<h1>Keep these recovery codes</h1>
<p>Each signs you in once, with your password, when you have lost your other factors. They are not shown again: print them, or
put them into your password manager.</p>
<ul class="codes">${codes.map((code) => html`<li><code>${code}</code></li>`)}</ul>
<p class="links"><a class="on" href="${to}">I have kept them: continue</a></p>`
  return page({ title: 'Recovery codes', body }, reply)
}
