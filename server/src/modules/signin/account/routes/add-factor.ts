import { z } from 'zod'
import { html, Html } from '../../../../platform/http/html.ts'
import { defineRoute, type Route } from '../../../../platform/http/route.ts'
import { type Accepted, ok, refuse } from '../../../../platform/outcome.ts'
import { admitAttempt, brakeOf } from '../../mfa/brake.ts'
import { type EnrolledOwn, enrolOwnPasskey, enrolOwnTotp } from '../../mfa/enrol-own.ts'
import { mfaErrors } from '../../mfa/errors.ts'
import { proveRegistration } from '../../mfa/passkeys/register.ts'
import { PasskeyName, Registration } from '../../mfa/passkeys/shapes.ts'
import { beginTotp, begunTotp, qrOf, type TotpEnrolment } from '../../mfa/totp/enrol.ts'
import { codesPage } from '../../pages/enrol-page.ts'
import { field, hidden } from '../../pages/layout.ts'
import { ownPages } from '../own.ts'
import { accountPage } from '../pages/frame.ts'
import type { AccountTools } from '../parts.ts'
import { acted, changed, post, type Shown, text } from './common.ts'
import { at, changing, factorsPage } from './security.ts'

/** Setting second factors up, from the account. Whoever adds their first one sees their recovery codes, this once. */
export function addFactorRoutes(deps: AccountTools): Route[] {
  const page = factorsPage(deps)
  return [
    defineRoute({
      ...changed,
      path: `${at}/totp`,
      summary: 'Begin to set an authenticator app of one’s own up',
      event: 'factor.begun',
      handler: (route) =>
        post(
          deps,
          route,
          { ...changing(deps, page), event: 'factor.begun', done: 'app' },
          ({ owner: { person }, work }) =>
            work(async (tx) => ok(await beginTotp(tx, deps, { person, now: route.now }))),
          (enrolment, owner) => accountPage({ at, owner, body: totpBody(enrolment) }),
        ),
    }),
    defineRoute({
      ...changed,
      path: `${at}/totp/confirm`,
      summary: 'Complete the set-up of one’s own authenticator app with its first code',
      input: { form: z.object({ enrolment: text, code: text }) },
      event: 'factor.enrolled',
      handler(route) {
        const { form, now, source } = route
        const setting: Shown = {
          ...page,
          // The same key again, after a code that was wrong.
          async load(owner, about) {
            const { person } = owner
            const begun = await about.read((tx) => begunTotp(tx, deps, { id: form.enrolment, person, now }))
            if (begun === null) return page.load(owner, about)
            return (problem) => ({ body: totpBody(begun, problem) })
          },
        }
        const acting = {
          ...changing(deps, setting),
          event: 'factor.enrolled',
          done: 'app',
          field: () => 'code',
        } as const
        return post(
          deps,
          route,
          acting,
          async ({ owner: { person, caller, session }, read, work }) => {
            const slow = await admitAttempt(deps, caller.tenant, await brakeOf(read, deps, person.id, 'codes'), now)
            const by = { person: person.id, session: session.id, endOtherSessions: false, source, now }
            return work(async (tx) => slow ?? enrolOwnTotp(tx, deps, by, { id: form.enrolment, code: form.code }))
          },
          shownCodes,
        )
      },
    }),
    defineRoute({
      method: 'POST',
      permission: { public: ownPages },
      output: 'page',
      limit: acted,
      path: `${at}/passkeys`,
      summary: 'Register a passkey of one’s own (RegistrationResponseJSON in `credential`)',
      input: { form: z.object({ name: text, credential: z.string().default('') }) },
      event: 'factor.enrolled',
      handler(route) {
        const { form, now, source } = route
        const acting = {
          ...changing(deps, page),
          event: 'factor.enrolled',
          done: 'passkey',
          field: () => 'name',
        } as const
        return post(
          deps,
          route,
          acting,
          async ({ owner: { person, session }, read, work }) => {
            const response = readRegistration(form.credential)
            const name = PasskeyName.safeParse(form.name.trim() === '' ? 'Passkey' : form.name)
            if (response === undefined || !name.success) {
              const reason = name.success ? 'it cannot be read' : 'its name is too long'
              return refuse(mfaErrors.passkey_invalid, { reason })
            }
            const registering = { person, session: session.id, now }
            const checked = await proveRegistration(read, deps, registering, { name: name.data, response })
            const by = { person: person.id, session: session.id, endOtherSessions: false, source, now }
            return checked.ok ? work((tx) => enrolOwnPasskey(tx, deps, by, checked.value)) : checked
          },
          shownCodes,
        )
      },
    }),
  ]
}

function shownCodes({ recoveryCodes }: EnrolledOwn): Accepted<Html> | undefined {
  return recoveryCodes === null ? undefined : codesPage(recoveryCodes, at)
}

function readRegistration(sent: string) {
  try {
    return Registration.safeParse(JSON.parse(sent)).data
  } catch {
    return undefined
  }
}

function totpBody(enrolment: TotpEnrolment, problem?: Parameters<typeof field>[0]['problem']): Html {
  return html`<p>Scan this with the app, or type the key into it. Then enter the six digits that it shows.</p>
<div class="qr" role="img" aria-label="QR code of the key">${new Html(qrOf(enrolment.uri))}</div>
<p class="note"><code>${enrolment.secret.match(/.{1,4}/g)?.join(' ')}</code></p>
<form method="post" action="${at}/totp/confirm" class="narrow">
${hidden('enrolment', enrolment.id)}
${field({ name: 'code', label: 'Code', type: 'text', autocomplete: 'one-time-code', numeric: true, focus: true, problem })}
<button type="submit">Confirm</button>
</form>
<p class="links"><a href="${at}">Not now</a></p>`
}
