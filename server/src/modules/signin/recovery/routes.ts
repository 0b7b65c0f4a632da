import { z } from 'zod'
import { freshSignIn } from '../../../platform/assurance.ts'
import { perAddress, perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type Page, type Route } from '../../../platform/http/route.ts'
import { type Accepted, refuse } from '../../../platform/outcome.ts'
import { Email } from '../../directory/index.ts'
import { problemOf } from '../pages/layout.ts'
import { refusedPage } from '../pages/setup-page.ts'
import { pathOf } from '../flow/target.ts'
import { returnPath } from '../return-path.ts'
import { askRecovery, recoveryMinutes } from './ask.ts'
import { completeRecovery, readLink } from './complete.ts'
import type { RecoveryTools } from './deps.ts'
import { askEmailChange, confirmEmail, sendVerification } from './email.ts'
import { recoveryErrors } from './errors.ts'
import { startReset } from './start.ts'
import { askedPage, askPage, confirmedPage, confirmPage, newPasswordPage, recoveredPage } from './pages.ts'

const cannot = 'whoever has lost their password cannot sign in'
const theLink = 'the one-time secret of the link stands for a permission'
const field = z.string().default('')
const text = z.string().optional()
const Sent = z.object({ sent: z.literal(true) })
const person = ({ params }: { params: { id: string } }) => ({ type: 'Person', id: params.id })

export const recoveryRoutes = (deps: RecoveryTools): Route[] => [
  defineRoute({
    method: 'GET',
    path: '/recover',
    summary: 'The page to ask for a link to choose a new password',
    permission: { public: cannot },
    input: { query: z.object({ return: text, login_hint: text, tenant: text }) },
    output: 'page',
    reads: true,
    limit: perAddress(600, 'minute'),
    handler: ({ query }) =>
      askPage({
        email: (query.login_hint ?? '').slice(0, 254),
        returnTo: returnPath(query.return),
        tenant: query.tenant,
      }),
  }),
  defineRoute({
    method: 'POST',
    path: '/recover',
    summary: 'Ask for a link to choose a new password',
    permission: { public: cannot },
    input: { form: z.object({ email: field, return: text, tenant: text }) },
    output: 'page',
    event: 'recovery.asked',
    limit: perAddress(600, 'minute'),
    bodyLimit: 16 * 1024,
    async handler({ form, read, work, source, now }): Promise<Accepted<Page>> {
      const returnTo = returnPath(form.return)
      const asked = await askRecovery({ read, work, source, now }, deps, { email: form.email, returnTo })
      if (asked.ok) return askedPage(recoveryMinutes)
      const problem = problemOf(asked, asked.eventId, null)
      const view = { email: form.email.slice(0, 254), returnTo, tenant: form.tenant, problem }
      return askPage(view, { ...asked.reply, status: asked.error.status })
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/recover/new',
    summary: 'The page to choose a new password at',
    permission: { public: theLink },
    input: { query: z.object({ token: field, return: text }) },
    output: 'page',
    reads: true,
    limit: perAddress(600, 'minute'),
    async handler({ query: { token, return: back }, read, now }): Promise<Accepted<Page>> {
      const held = await readLink(read, deps, { token, kinds: ['recovery'], now })
      if (held === null) return invalidPage()
      return newPasswordPage({ token, email: held.person.email, returnTo: returnPath(back), hint: hintOf(deps) })
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/recover/new',
    summary: 'Set a new password by a link that was mailed',
    permission: { public: theLink },
    input: { form: z.object({ token: field, password: field, again: field, return: text, username: text }) },
    output: 'page',
    event: 'recovery.completed',
    limit: perAddress(600, 'minute'),
    bodyLimit: 16 * 1024,
    async handler({ form, read, work, now, tenant }): Promise<Accepted<Page>> {
      const { token, password, again } = form
      const held = await readLink(read, deps, { token, kinds: ['recovery'], now })
      const differ = held !== null && password !== again
      const result = differ
        ? { ...refuse(recoveryErrors.passwords_differ), eventId: undefined }
        : await completeRecovery({ read, work, now }, deps, { token, password })
      const returnTo = returnPath(form.return)
      if (result.ok) {
        const slug = await deps.slugOf(tenant)
        const signIn = { returnTo, acr: null, since: null, hint: '', ...(slug !== null && { tenant: slug }) }
        return recoveredPage(pathOf('/sign-in', signIn))
      }
      if (held === null || result.error.code === recoveryErrors.mailed_link_invalid.code)
        return invalidPage(result.eventId)
      const problem = problemOf(result, result.eventId, 'password')
      const view = { token, email: held.person.email, returnTo, hint: hintOf(deps), problem }
      return newPasswordPage(view, { ...result.reply, status: result.error.status })
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/verify-email',
    summary: 'The page to confirm an e-mail address at',
    permission: { public: theLink },
    input: { query: z.object({ token: field }) },
    output: 'page',
    reads: true,
    limit: perAddress(600, 'minute'),
    async handler({ query: { token }, read, now }): Promise<Accepted<Page>> {
      const held = await readLink(read, deps, { token, kinds: ['email-verification', 'email-change'], now })
      return held === null ? invalidPage() : confirmPage(token)
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/verify-email',
    summary: 'Confirm an e-mail address by a link that was mailed',
    permission: { public: theLink },
    input: { form: z.object({ token: field }) },
    output: 'page',
    event: 'email.confirmed',
    limit: perAddress(600, 'minute'),
    bodyLimit: 16 * 1024,
    async handler({ form, work, now }): Promise<Accepted<Page>> {
      const result = await confirmEmail({ work, now }, deps, form.token)
      if (result.ok) return confirmedPage(result.value.email)
      const { title, status } = result.error
      return refusedPage(title, problemOf(result, result.eventId, null), { status })
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/api/v1/people/:id/password-reset',
    summary: 'Mail a person a link by which they choose a new password; nobody else learns it',
    permission: { action: 'resetPassword', resource: person },
    assurance: freshSignIn,
    output: Sent,
    event: 'recovery.started',
    limit: perPrincipal(30, 'minute'),
    handler: ({ params, work, now }) => startReset({ work, now }, deps, params.id),
  }),
  defineRoute({
    method: 'POST',
    path: '/api/v1/people/:id/email-verification',
    summary: 'Mail a person a link by which they show that their address is theirs',
    permission: { action: 'verifyEmail', resource: person },
    output: Sent,
    event: 'email.verification_sent',
    limit: perPrincipal(30, 'minute'),
    handler: ({ params, work, now }) => sendVerification({ work, now }, deps, params.id),
  }),
  defineRoute({
    method: 'POST',
    path: '/api/v1/people/:id/email',
    summary: 'Ask for another e-mail address: it is confirmed there before it changes',
    permission: { action: 'changeEmail', resource: person },
    assurance: freshSignIn,
    input: { body: z.strictObject({ email: Email }) },
    output: Sent,
    event: 'email.change_asked',
    limit: perPrincipal(10, 'minute'),
    handler: ({ params, body, work, now }) => askEmailChange({ work, now }, deps, params.id, body.email),
  }),
]

function invalidPage(eventId?: string): Accepted<Page> {
  const refused = refuse(recoveryErrors.mailed_link_invalid)
  const { title, status } = refused.error
  return refusedPage(title, problemOf(refused, eventId, null), { status })
}

function hintOf({ config }: RecoveryTools): string {
  return `At least ${config.passwordLength} characters: several words, or one that your password manager makes.`
}
