import type { z } from 'zod'
import { html, type Html } from '../../../../platform/http/html.ts'
import type { Factors } from '../../mfa/list.ts'
import { field, type Problem } from '../../pages/layout.ts'
import { passkeyForm } from '../../pages/passkey-form.ts'
import { asked, confirmFirst, postButton, section } from './frame.ts'
import { when } from './when.ts'

export interface SecurityView {
  readonly person: string
  readonly factors: z.output<typeof Factors>
  /** where they show more before they may change anything; null: they may */
  readonly confirm: string | null
  readonly now: Date
  readonly problem?: Problem | undefined
}

const base = '/account/security'
const needs = {
  aal1: undefined,
  aal2: 'Your account must have a second factor.',
  phr: 'Your account must have a passkey.',
} as const

export function securityBody(view: SecurityView): Html {
  const { factors, confirm } = view
  const need = needs[factors.policy]
  const codes = factors.recoveryCodes.left
  const second = factors.passkeys.length > 0 || factors.totp !== null
  return html`<p>What you show beside your password, or instead of it.${need !== undefined && html` ${need}`}</p>
${confirm !== null && confirmFirst(confirm)}
${section('passkeys-part', 'Passkeys', passkeys(view))}
${section('app-part', 'Authenticator app', app(view))}
${section(
  'codes-part',
  'Recovery codes',
  second
    ? html`<p>${codes === 0 ? 'You have none left.' : `${codes} left.`} Each signs you in once, with your password, when your other factors are lost.</p>
${asked(
  'Make new ones',
  'Make new recovery codes',
  html`<p>The old ones are worth nothing from then on.</p>${postButton(`${base}/recovery-codes`, 'Make new recovery codes')}`,
)}`
    : html`<p class="empty">They come with your first passkey or authenticator app.</p>`,
)}`
}

function passkeys({ person, factors, now, problem, confirm }: SecurityView): Html {
  const named = field({
    name: 'name',
    label: 'Name of the new passkey',
    type: 'text',
    autocomplete: 'off',
    value: 'Passkey',
    hint: 'So that you recognise it in this list: the device, or the key ring.',
    focus: false,
    problem,
  })
  const listed = html`<ul class="rows">${factors.passkeys.map(
    ({ id, name, registeredAt, lastUsedAt, backedUp, cloned }) => html`<li><div><strong>${name}</strong>${
      cloned && html` <span class="tag bad">copied: not accepted any more</span>`
    }
<p class="meta">added ${when(registeredAt, now)} · used ${when(lastUsedAt, now)} · ${backedUp ? 'synchronised between your devices' : 'on one device'}</p></div>
<div class="acts">${asked('Rename', `Rename ${name}`, renameForm(id, name))}${asked(
      'Remove',
      `Remove ${name}`,
      html`<p>It signs you in no more.${factors.passkeys.length === 1 && factors.totp === null && ' It is your last second factor: your recovery codes go with it.'}</p>${postButton(
        `${base}/passkeys/${id}/remove`,
        'Remove it',
        { does: `Remove ${name}`, kind: 'danger' },
      )}`,
    )}</div></li>`,
  )}</ul>`
  return html`${factors.passkeys.length === 0 ? html`<p class="empty">None yet. A passkey is a finger, a face or a PIN instead of something that can be typed into a false page.</p>` : listed}
${
  factors.passkeysAvailable
    ? confirm === null &&
      html`${passkeyForm({
        act: 'enrol',
        label: 'Add a passkey',
        fields: {},
        more: named,
        to: { action: `${base}/passkeys`, options: `/api/v1/people/${person}/factors/passkeys/options` },
      })}<noscript><p class="note">Adding a passkey takes JavaScript.</p></noscript>`
    : html`<p class="hint">Browsers allow passkeys only over https, or at localhost.</p>`
}`
}

function renameForm(id: string, name: string): Html {
  return html`<form method="post" action="${base}/passkeys/${id}/rename">
<label for="name-${id}">Name</label>
<input id="name-${id}" name="name" type="text" value="${name}" maxlength="80" required>
<button type="submit" class="second">Save</button></form>`
}

function app({ factors: { totp }, now }: SecurityView): Html {
  if (totp === null) {
    return html`<p class="empty">None. It shows a new code of six digits every half minute.</p>${postButton(`${base}/totp`, 'Set up an app')}`
  }
  return html`<ul class="rows"><li><div><strong>Authenticator app</strong>
<p class="meta">added ${when(totp.enrolledAt, now)} · used ${when(totp.lastUsedAt, now)}</p></div>
<div class="acts">${asked(
    'Replace',
    'Replace the authenticator app',
    html`<p>The one that you have works until the new one was confirmed.</p>${postButton(`${base}/totp`, 'Set up another app')}`,
  )}${asked(
    'Remove',
    'Remove the authenticator app',
    html`<p>Its codes are worth nothing from then on.</p>${postButton(`${base}/totp/remove`, 'Remove the app', { kind: 'danger' })}`,
  )}</div></li></ul>`
}
