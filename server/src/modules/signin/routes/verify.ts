import { z } from 'zod'
import { strongest } from '../../../platform/assurance.ts'
import { perAddress } from '../../../platform/http/limit.ts'
import { defineRoute, type Page, type Route } from '../../../platform/http/route.ts'
import { type Accepted, type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Read } from '../../../platform/work.ts'
import { goOn } from '../flow/establish.ts'
import { showCode } from '../flow/show-code.ts'
import { pathOf } from '../flow/target.ts'
import { admitAttempt, brakeOf } from '../mfa/brake.ts'
import { mfaErrors } from '../mfa/errors.ts'
import { sendCode } from '../mfa/mail-code/code.ts'
import { enrolledBy } from '../mfa/standing.ts'
import { problemOf } from '../pages/layout.ts'
import { type VerifyPage, verifyPage } from '../pages/verify-page.ts'
import type { SignInDeps } from '../sign-in.ts'
import { arriveHalf, type Half, nameOf, TargetForm, TargetQuery } from './common.ts'

const halfDone = 'who has shown one factor is nobody yet: the page looks at the session itself'
const path = '/sign-in/verify'

export const verifyRoutes = (deps: SignInDeps): Route[] => [
  defineRoute({
    method: 'GET',
    path,
    summary: 'The page that asks for a second factor',
    permission: { public: halfDone },
    input: { query: TargetQuery },
    output: 'page',
    reads: true,
    limit: perAddress(12_000, 'minute'),
    async handler({ query, read, request, now, tenant }): Promise<Accepted<Page>> {
      const arrived = await arriveHalf(deps, { read, request, now, tenant }, query)
      if ('redirect' in arrived) return ok(arrived)
      const { current, target } = arrived
      const to = await read((tx) => goOn(tx, deps, current, target))
      // Who is to enrol another passkey may use the one that they have after all.
      const view = await viewOf(deps, read, arrived)
      const stays =
        to === pathOf(path, target) || (to === pathOf('/sign-in/enrol', target) && view.enrolled.passkeys > 0)
      return stays ? verifyPage(view) : ok({ redirect: to })
    },
  }),

  defineRoute({
    method: 'POST',
    path,
    summary: 'Show a second factor: a code of an authenticator app, one that was sent, or a recovery code',
    permission: { public: halfDone },
    input: { form: TargetForm.extend({ code: z.string().max(200).default('') }) },
    output: 'page',
    event: 'session.strengthened',
    limit: perAddress(12_000, 'minute'),
    bodyLimit: 16 * 1024,
    async handler({ form, work, read, source, now, request, tenant }): Promise<Accepted<Page>> {
      const arrived = await arriveHalf(deps, { read, request, now, tenant }, form)
      if ('redirect' in arrived) return ok(arrived)
      const { current, target } = arrived
      const view = await viewOf(deps, read, arrived)
      const result = await showCode({ work, read, source, now, current, target }, deps, form.code)
      if (result.ok) return ok({ redirect: result.value.to }, { cookies: [result.value.cookie] })
      const problem = problemOf(result, result.eventId, 'code')
      return verifyPage({ ...view, problem }, { ...result.reply, status: result.error.status })
    },
  }),

  defineRoute({
    method: 'POST',
    path: `${path}/mail`,
    summary: 'Have a one-time code sent by e-mail, where the settings allow it',
    permission: { public: halfDone },
    input: { form: TargetForm },
    output: 'page',
    event: 'sign_in_code.sent',
    limit: perAddress(600, 'minute'),
    bodyLimit: 16 * 1024,
    async handler({ form, work, read, now, request, tenant }): Promise<Accepted<Page>> {
      const arrived = await arriveHalf(deps, { read, request, now, tenant }, form)
      if ('redirect' in arrived) return ok(arrived)
      const view = await viewOf(deps, read, arrived)
      const { id: session, person } = arrived.current
      const slow = await admitAttempt(deps, tenant, await brakeOf(read, deps, person, 'letters'), now)
      let eventId = ''
      const outcome = await work(async (tx): Promise<Outcome<null>> => {
        const refused = view.mailCodes ? slow : refuse(mfaErrors.code_refused)
        if (refused === undefined) await sendCode(tx, deps, { session, person, now })
        else {
          const resource = { type: 'Person', id: person }
          const { code: reason } = refused.error
          eventId = await tx.record({ kind: 'factor.refused', outcome: 'refused', resource, reason, data: { person } })
        }
        return refused ?? ok(null)
      })
      if (outcome.ok) return verifyPage({ ...view, sent: true })
      const problem = problemOf(outcome, eventId, 'code')
      return verifyPage({ ...view, problem }, { ...outcome.reply, status: outcome.error.status })
    },
  }),
]

async function viewOf(deps: SignInDeps, read: Read, { target, destination, current }: Half): Promise<VerifyPage> {
  const { email, name } = await nameOf(deps, read, current.person)
  const enrolled = await read((tx) => enrolledBy(tx, current.person))
  const passkeyOnly = strongest(current.demanded, target.acr) === 'phr'
  const passkeys = deps.relyingParty !== undefined
  return {
    target,
    destination,
    name: email || name,
    enrolled,
    mailCodes: deps.config.mfa.mailCodes,
    passkeys,
    passkeyOnly,
  }
}
