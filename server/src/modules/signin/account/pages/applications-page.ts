import { html, type Html } from '../../../../platform/http/html.ts'
import type { ConnectedClient } from '../parts.ts'
import { asked, postButton } from './frame.ts'
import { when } from './when.ts'

export function applicationsBody(clients: readonly ConnectedClient[], now: Date): Html {
  if (clients.length === 0) {
    return html`<p class="empty">No application acts for you. One that you sign in to, or allow something, is listed here.</p>`
  }
  return html`<p>What acts for you, or may without asking again.</p>
<ul class="rows">${clients.map((client) => row(client, now))}</ul>`
}

function row({ client, name, scopes, consentedAt, lastAuthorizedAt, offline }: ConnectedClient, now: Date): Html {
  return html`<li><div><strong>${name}</strong>${offline && html` <span class="tag">also while you are away</span>`}
<p class="meta">${consentedAt === null ? 'an application of your organisation' : html`allowed ${when(consentedAt, now)}`} · used ${when(lastAuthorizedAt, now)}</p>
<p class="meta">may: ${scopes.map((scope, at) => html`${at > 0 && ', '}<code>${scope}</code>`)}</p></div>
<div class="acts">${asked(
    'Disconnect',
    `Disconnect ${name}`,
    html`<p>Its access ends at once${consentedAt !== null && ', and it must ask you again'}.</p>${postButton(
      `/account/applications/${encodeURIComponent(client)}/withdraw`,
      'Disconnect it',
      { does: `Disconnect ${name}`, kind: 'danger' },
    )}`,
  )}</div></li>`
}
