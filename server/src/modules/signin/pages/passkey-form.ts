import { html, type Html } from '../../../platform/http/html.ts'
import { hidden, hiddenAll } from './layout.ts'

export const passkeyScript = '/passkeys.js'

export interface PasskeyForm {
  readonly act: 'sign-in' | 'verify' | 'enrol'
  readonly label: string
  readonly fields: Readonly<Record<string, string>>
  /** browsers may offer passkeys where the name is typed (WebAuthn level 3, section 5.1.4, conditional mediation) */
  readonly conditional?: boolean
  /** where it is sent and where its options come from, if not to the sign-in */
  readonly to?: { readonly action: string; readonly options: string }
  /** further fields that are shown */
  readonly more?: Html
}

const actions = {
  'sign-in': '/sign-in/passkey',
  verify: '/sign-in/passkey',
  enrol: '/sign-in/enrol/passkey',
} as const

/**
 * A form that the script shows, fills in and sends: a passkey is the one thing here that takes a script. Where the browser
 * has no passkeys it stays hidden.
 */
export function passkeyForm({ act, label, fields, conditional = false, to, more }: PasskeyForm): Html {
  return html`<form method="post" action="${to?.action ?? actions[act]}" data-passkey="${act}"${to !== undefined && html` data-options="${to.options}"`}${conditional && html` data-conditional`} hidden>
${hiddenAll(fields)}
${hidden('credential', '')}
${more}
<div class="problem" role="alert" hidden><p></p></div>
<button type="submit"${act === 'sign-in' && html` class="second"`}>${label}</button>
</form>`
}
