import { type Html, html } from '../../../platform/http/html.ts'
import { page } from '../../signin/index.ts'

/** What a device asks for, in words for the person before it. */
export interface Asked {
  /** as the device shows it */
  readonly userCode: string
  readonly client: string
  readonly clientUri: string | undefined
  readonly person: string
  readonly scopes: readonly string[]
}

const path = '/oauth/device'

/** RFC 8628, section 3.3: where the person types what the device shows. Works without a script. */
export function codePage(problem?: string, status = 200) {
  const body = html`<h1>Connect a device</h1>
<p>Type the code that your device shows.</p>
${problem !== undefined && html`<div class="problem" role="alert" id="problem"><p>${problem}</p></div>`}
<form method="post" action="${path}">
<div class="field">
<label for="user_code">Code</label>
<input id="user_code" name="user_code" type="text" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="20" required autofocus${problem !== undefined && html` aria-describedby="problem" aria-invalid="true"`}>
<p class="hint">Eight letters, such as WDJB-MJHT. Small letters and spaces do not matter.</p>
</div>
<button type="submit">Continue</button>
</form>`
  return page({ title: 'Connect a device', body }, { status })
}

/**
 * RFC 8628, sections 3.3.1 and 5.4: the code once more, to compare with the device; who asks, and for what; and what an attacker
 * would do with it who sent the person here.
 */
export function confirmPage(asked: Asked) {
  const body = html`<h1>Let this device in?</h1>
<p><strong>${asked.client}</strong>${asked.clientUri !== undefined && html` (<code>${asked.clientUri}</code>)`} wants to act for you, <strong>${asked.person}</strong>.</p>
<p>Your device must show this code:</p>
<p class="code"><code>${asked.userCode}</code></p>
${asked.scopes.length > 0 && html`<p>It may then:</p><ul>${asked.scopes.map((scope) => html`<li>${scope}</li>`)}</ul>`}
<div class="problem"><p>Go on only if you started this on a device of your own, just now. If somebody sent you this code or this link, they want to get into your account: turn it away.</p></div>
<form method="post" action="${path}">
<input type="hidden" name="user_code" value="${asked.userCode}">
<button type="submit" name="decision" value="approve">Yes, let it in</button>
<button type="submit" name="decision" value="deny" class="second">No, turn it away</button>
</form>`
  return page({ title: 'Let this device in?', body })
}

export function donePage(approved: boolean, client: string) {
  const body: Html = approved
    ? html`<h1>The device is connected</h1><p><strong>${client}</strong> goes on by itself in a moment. You can close this page.</p>`
    : html`<h1>The device was turned away</h1><p><strong>${client}</strong> got nothing. You can close this page.</p>`
  return page({ title: approved ? 'Connected' : 'Turned away', body })
}
