import { html, type Html } from '../../../../platform/http/html.ts'
import { confirmFirst, postButton } from './frame.ts'

export function dataBody(confirm: string | null): Html {
  return html`<p>One file (JSON) with everything that is kept here on you: your profile, groups and roles, second factors without their
secrets, linked accounts, sign-ins, applications, and what you did in the last 90 days. That you took it is recorded.</p>
${confirm === null ? postButton('/account/data', 'Download my data', { kind: 'main' }) : confirmFirst(confirm)}
<p class="hint">To have your account removed, ask whoever runs this: they can erase what is kept on you.</p>`
}
