import { html, type Html } from '../../../../platform/http/html.ts'
import { field, type Problem } from '../../pages/layout.ts'
import type { Owner } from '../own.ts'
import { postButton, section } from './frame.ts'

export interface Profile {
  readonly owner: Owner
  readonly verified: boolean
  /** a provisioning service keeps name and address */
  readonly kept: boolean
  readonly groups: readonly string[]
  readonly problem?: Problem | undefined
  /** as they were typed, where they were refused */
  readonly typed?: { readonly name?: string; readonly email?: string }
}

export function profileBody({ owner, verified, kept, groups, problem, typed = {} }: Profile): Html {
  const { person } = owner
  const elsewhere = html`<p class="hint">Your organisation's directory keeps this: it is changed there.</p>`
  const name = kept
    ? html`<p>${person.name}</p>${elsewhere}`
    : html`<form method="post" action="/account/name" class="inline">
${field({ name: 'name', label: 'What you are called', type: 'text', autocomplete: 'name', value: typed.name ?? person.name, focus: problem?.field === 'name', problem })}
<button type="submit">Save</button>
</form>`
  const address = html`<p>${person.email} <span class="${verified ? 'tag good' : 'tag'}">${verified ? 'confirmed' : 'not confirmed'}</span></p>
${!verified && postButton('/account/email/verify', 'Send a letter to confirm it')}`
  const change = html`<form method="post" action="/account/email" class="inline">
${field({
  name: 'email',
  label: 'Another address',
  type: 'email',
  autocomplete: 'email',
  value: typed.email ?? '',
  hint: 'A letter goes there. The address changes when you follow the link in it; until then you sign in with the old one.',
  focus: problem?.field === 'email',
  problem,
})}
<button type="submit">Change</button>
</form>`
  return html`${section('name-part', 'Name', name)}
${section('email-part', 'E-mail address', html`${address}${kept ? elsewhere : change}`)}
${section(
  'groups-part',
  'Groups',
  groups.length === 0
    ? html`<p class="empty">You are in no group.</p>`
    : html`<ul class="tags">${groups.map((group) => html`<li><code>${group}</code></li>`)}</ul>`,
)}`
}
