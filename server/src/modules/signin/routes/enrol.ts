import { z } from 'zod'
import { strongest } from '../../../platform/assurance.ts'
import { perAddress } from '../../../platform/http/limit.ts'
import { defineRoute, type HandlerInput, type Page, type Route } from '../../../platform/http/route.ts'
import { type Accepted, ok, type Reply, refuse } from '../../../platform/outcome.ts'
import { enrolPasskey, enrolTotp } from '../flow/enrol.ts'
import { goOn } from '../flow/establish.ts'
import { pathOf } from '../flow/target.ts'
import { lackForChange } from '../mfa/fresh.ts'
import { beginRegistration } from '../mfa/passkeys/register.ts'
import { CreationOptions } from '../mfa/passkeys/shapes.ts'
import { type Enrolled, enrolledBy } from '../mfa/standing.ts'
import { beginTotp, begunTotp } from '../mfa/totp/enrol.ts'
import { codesPage, enrolPage, totpPage } from '../pages/enrol-page.ts'
import { type Problem, problemOf } from '../pages/layout.ts'
import { platformErrors } from '../../../platform/errors.ts'
import type { SignInDeps } from '../sign-in.ts'
import { arriveHalf, type Half, nameOf, TargetForm, TargetQuery } from './common.ts'

const halfDone = 'who has shown one factor is nobody yet: the page looks at the session itself'
const path = '/sign-in/enrol'

type Asking = Pick<HandlerInput<string, object, null>, 'read' | 'request' | 'now' | 'tenant'>

/** Somebody who is to enrol a factor, and may: they have shown everything that they have, just now. */
interface Enrolling extends Half {
  readonly person: { readonly id: string; readonly name: string; readonly email: string }
  readonly enrolled: Enrolled
}

export const enrolRoutes = (deps: SignInDeps): Route[] => [
  defineRoute({
    method: 'GET',
    path,
    summary: 'The page at which somebody enrols the factor that is demanded of them',
    permission: { public: halfDone },
    input: { query: TargetQuery },
    output: 'page',
    reads: true,
    limit: perAddress(12_000, 'minute'),
    async handler({ query, read, request, now, tenant }): Promise<Accepted<Page>> {
      const asked = await mayEnrol(deps, { read, request, now, tenant }, query)
      return 'redirect' in asked ? ok(asked) : page(deps, asked)
    },
  }),

  defineRoute({
    method: 'POST',
    path: `${path}/totp`,
    summary: 'Begin to set an authenticator app up',
    permission: { public: halfDone },
    input: { form: TargetForm },
    output: 'page',
    event: 'factor.begun',
    limit: perAddress(600, 'minute'),
    bodyLimit: 16 * 1024,
    async handler({ form, work, read, request, now, tenant }): Promise<Accepted<Page>> {
      const asked = await mayEnrol(deps, { read, request, now, tenant }, form)
      if ('redirect' in asked) return ok(asked)
      const begun = await work(async (tx) => ok(await beginTotp(tx, deps, { person: asked.person, now })))
      if (!begun.ok) throw new Error('an enrolment is always begun')
      return totpPage({ ...asked, enrolment: begun.value })
    },
  }),

  defineRoute({
    method: 'POST',
    path: `${path}/totp/confirm`,
    summary: 'Complete the set-up of an authenticator app with its first code',
    permission: { public: halfDone },
    input: {
      form: TargetForm.extend({ enrolment: z.string().max(64).default(''), code: z.string().max(200).default('') }),
    },
    output: 'page',
    event: 'factor.enrolled',
    limit: perAddress(600, 'minute'),
    bodyLimit: 16 * 1024,
    async handler({ form, work, read, source, request, now, tenant }): Promise<Accepted<Page>> {
      const asked = await mayEnrol(deps, { read, request, now, tenant }, form)
      if ('redirect' in asked) return ok(asked)
      const begun = await read((tx) => begunTotp(tx, deps, { id: form.enrolment, person: asked.person, now }))
      const result = await enrolTotp({ ...asked, work, read, source, now }, deps, form)
      if (result.ok) return landed(result.value)
      const problem = problemOf(result, result.eventId, 'code')
      const reply = { ...result.reply, status: result.error.status }
      return begun === null
        ? page(deps, asked, problem, reply)
        : totpPage({ ...asked, enrolment: begun, problem }, reply)
    },
  }),

  defineRoute({
    method: 'POST',
    path: `${path}/passkey/options`,
    summary:
      'Begin to register a passkey (PublicKeyCredentialCreationOptionsJSON), in this session and for five minutes',
    permission: { public: halfDone },
    input: { body: TargetForm },
    output: CreationOptions,
    reads: true,
    limit: perAddress(600, 'minute'),
    async handler({ body, read, request, now, tenant }) {
      const asked = await mayEnrol(deps, { read, request, now, tenant }, body)
      if ('redirect' in asked) return refuse(platformErrors.unauthenticated)
      return beginRegistration(read, deps, { person: asked.person, session: asked.current.id, now })
    },
  }),

  defineRoute({
    method: 'POST',
    path: `${path}/passkey`,
    summary: 'Register a passkey (RegistrationResponseJSON in `credential`)',
    permission: { public: halfDone },
    input: { form: TargetForm.extend({ name: z.string().default(''), credential: z.string().default('') }) },
    output: 'page',
    event: 'factor.enrolled',
    limit: perAddress(600, 'minute'),
    async handler({ form, work, read, source, request, now, tenant }): Promise<Accepted<Page>> {
      const asked = await mayEnrol(deps, { read, request, now, tenant }, form)
      if ('redirect' in asked) return ok(asked)
      const result = await enrolPasskey({ ...asked, work, read, source, now }, deps, form)
      if (result.ok) return landed(result.value)
      const problem = problemOf(result, result.eventId, 'name')
      return page(deps, asked, problem, { ...result.reply, status: result.error.status })
    },
  }),
]

/** @returns who enrols; or where they have to go, with nothing demanded of them or something to show first */
async function mayEnrol(
  deps: SignInDeps,
  asking: Asking,
  fields: Parameters<typeof arriveHalf>[2],
): Promise<Enrolling | { readonly redirect: string }> {
  const arrived = await arriveHalf(deps, asking, fields)
  if ('redirect' in arrived) return arrived
  const { current, target } = arrived
  const { to, enrolled } = await asking.read(async (tx) => ({
    to: await goOn(tx, deps, current, target),
    enrolled: await enrolledBy(tx, current.person),
  }))
  if (!to.startsWith(path)) return { redirect: to }
  const lack = lackForChange(current, enrolled, { config: deps.config, now: asking.now })
  if (lack !== undefined) {
    const since = new Date(asking.now.getTime() - deps.config.mfa.freshMinutes * 60_000)
    return { redirect: pathOf('/sign-in', { ...target, since }) }
  }
  return { ...arrived, enrolled, person: await nameOf(deps, asking.read, current.person) }
}

function page(
  { relyingParty }: SignInDeps,
  { target, destination, current, enrolled, person }: Enrolling,
  problem?: Problem,
  reply: Reply = {},
): Accepted<Page> {
  const passkeyOnly = strongest(current.demanded, target.acr) === 'phr'
  const passkeys = relyingParty !== undefined
  const hasPasskey = enrolled.passkeys > 0
  const name = person.email || person.name
  return enrolPage({ target, destination, name, passkeys, passkeyOnly, hasPasskey, problem }, reply)
}

function landed({
  to,
  cookie,
  codes,
}: {
  to: string
  cookie: string
  codes: readonly string[] | null
}): Accepted<Page> {
  const reply = { cookies: [cookie] }
  return codes === null ? ok({ redirect: to }, reply) : codesPage(codes, to, reply)
}
