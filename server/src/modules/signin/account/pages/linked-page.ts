import type { z } from 'zod'
import { html, type Html } from '../../../../platform/http/html.ts'
import type { Identities } from '../../federation/identities.ts'
import { hidden } from '../../pages/layout.ts'
import { asked, postButton, section } from './frame.ts'
import { when } from './when.ts'

type Identity = z.output<typeof Identities>['items'][number]

export interface LinkedView {
  readonly identities: readonly Identity[]
  /** that may be connected */
  readonly offered: readonly { readonly id: string; readonly name: string }[]
  readonly now: Date
}

export function linkedBody({ identities, offered, now }: LinkedView): Html {
  const back = [hidden('return', '/account/linked?done=linked')]
  return html`<p>Accounts elsewhere by which you sign in here.</p>
${
  identities.length === 0
    ? html`<p class="empty">None.${offered.length === 0 && ' Your organisation offers no other way to sign in.'}</p>`
    : html`<ul class="rows">${identities.map((identity) => row(identity, now))}</ul>`
}
${
  offered.length > 0 &&
  section(
    'connect-part',
    'Connect another',
    html`<div class="acts">${offered.map(({ id, name }) => postButton(`/sign-in/link/${encodeURIComponent(id)}`, name, { does: `Connect ${name}`, fields: back }))}</div>`,
  )
}`
}

function row({ id, connection, label, linkedAt, lastUsedAt }: Identity, now: Date): Html {
  const { name } = connection
  return html`<li><div><strong>${name}</strong> ${label}
<p class="meta">connected ${when(linkedAt, now)} · used ${when(lastUsedAt, now)}</p></div>
<div class="acts">${asked(
    'Disconnect',
    `Disconnect ${name}`,
    html`<p>You sign in by it no more.</p>${postButton(`/account/linked/${id}/unlink`, 'Disconnect it', {
      does: `Disconnect ${name}`,
      kind: 'danger',
    })}`,
  )}</div></li>`
}
