import type { z } from 'zod'
import { html, type Html } from '../../../../platform/http/html.ts'
import type { OwnSessions } from '../../sessions/list.ts'
import { asked, postButton } from './frame.ts'
import { when } from './when.ts'

type OwnSession = z.output<typeof OwnSessions>['items'][number]

const shown = { aal1: 'one factor', aal2: 'two factors', phr: 'passkey' } as const

export function sessionsBody({ items, now }: { readonly items: readonly OwnSession[]; readonly now: Date }): Html {
  const others = items.filter(({ current }) => !current).length
  return html`<p>Where you are signed in. If you do not know one of them, end it and change your password.</p>
<ul class="rows">${items.map((session) => row(session, now))}</ul>
${
  others > 0 &&
  asked(
    'End all others',
    'End all other sign-ins',
    html`<p>${others === 1 ? 'One sign-in ends' : `${others} sign-ins end`}, with what they were handed on to. Applications that act for you while you are away stay connected only if you allowed it in this one, which stays.</p>${postButton('/account/sessions/end-others', 'End all others', { kind: 'danger' })}`,
  )
}`
}

function row({ id, current, device, place, acr, startedAt, lastSeenAt, applications }: OwnSession, now: Date): Html {
  const name = device.name ?? device.label
  const facts = [
    ...(device.name === null ? [] : [html`${device.label}`]),
    ...(place === null ? [] : [html`network ${place}`]),
    html`${shown[acr]}`,
    html`signed in ${when(startedAt, now)}`,
    html`used ${when(lastSeenAt, now)}`,
    ...(applications.length === 0 ? [] : [html`also at ${applications.map((each) => each.id).join(', ')}`]),
  ]
  const [first, ...rest] = facts
  return html`<li><div><strong>${name}</strong>${current && html` <span class="tag good">this one</span>`}
<p class="meta">${first}${rest.map((fact) => html` · ${fact}`)}</p></div>
<div class="acts">${asked('Name', `Name ${name}`, nameForm(id, device.name))}${
    !current && postButton(`/account/sessions/${id}/end`, 'End', { does: `End the sign-in ${name}`, kind: 'danger' })
  }</div></li>`
}

function nameForm(id: string, name: string | null): Html {
  return html`<form method="post" action="/account/sessions/${id}/name">
<label for="name-${id}">Name of the device</label>
<input id="name-${id}" name="name" type="text" value="${name}" maxlength="80">
<button type="submit" class="second">Save</button></form>`
}
