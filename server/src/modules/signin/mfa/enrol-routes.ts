import { z } from 'zod'
import { perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../platform/http/route.ts'
import { ok, refuse } from '../../../platform/outcome.ts'
import type { SessionDeps } from '../sessions/begin.ts'
import { directoryErrors } from '../../directory/index.ts'
import { admitAttempt, brakeOf, forgetMistakes } from './brake.ts'
import { enrolOwnPasskey, enrolOwnTotp } from './enrol-own.ts'
import { changing, mayChange, personOf } from './own.ts'
import type { MfaTools } from './parts.ts'
import { beginRegistration, proveRegistration } from './passkeys/register.ts'
import { CreationOptions, PasskeyName, Registration } from './passkeys/shapes.ts'
import { beginTotp, qrOf } from './totp/enrol.ts'

const base = '/api/v1/people/:id/factors'

/** With the first second factor come recovery codes, which are shown this once. */
const Enrolled = z.object({
  id: z.string(),
  recoveryCodes: z.array(z.string()).nullable(),
  revoked: z.int(),
})

const endOtherSessions = z.boolean().default(false)

type Deps = MfaTools & SessionDeps

export const enrolFactorRoutes = (deps: Deps): Route[] => [
  defineRoute({
    method: 'POST',
    path: `${base}/totp`,
    summary: 'Begin to set up an authenticator app of your own; it counts once a code of it was shown',
    permission: { action: 'changeFactors', resource: personOf },
    output: z.object({ id: z.string(), secret: z.string(), uri: z.string(), qr: z.string() }),
    event: 'factor.begun',
    limit: perPrincipal(60, 'minute'),
    handler: (route) =>
      changing(deps, route, async (tx, { person: id, now }) => {
        const person = await deps.directory.person(tx, id)
        if (person === null) return refuse(directoryErrors.person_unknown)
        const enrolment = await beginTotp(tx, deps, { person, now })
        return ok({ ...enrolment, qr: qrOf(enrolment.uri) })
      }),
  }),

  defineRoute({
    method: 'POST',
    path: `${base}/totp/:enrolment`,
    summary: 'Complete the set-up of an authenticator app with its first code',
    permission: { action: 'changeFactors', resource: personOf },
    input: { body: z.strictObject({ code: z.string().max(40), endOtherSessions }) },
    output: Enrolled,
    event: 'factor.enrolled',
    limit: perPrincipal(60, 'minute'),
    async handler(route) {
      const { read, now, source, caller, params, body } = route
      const brake = await brakeOf(read, deps, caller.principal.id, 'codes')
      const slow = await admitAttempt(deps, caller.tenant, brake, now)
      return changing(deps, route, async (tx, { person, session }) => {
        if (slow !== undefined) return slow
        const by = { person, session, source, now, endOtherSessions: body.endOtherSessions }
        const enrolled = await enrolOwnTotp(tx, deps, by, { id: params.enrolment, code: body.code })
        if (enrolled.ok) await forgetMistakes(tx, brake)
        return enrolled
      })
    },
  }),

  defineRoute({
    method: 'POST',
    path: `${base}/passkeys/options`,
    summary:
      'Begin to register a passkey of your own (PublicKeyCredentialCreationOptionsJSON); it holds for five minutes',
    permission: { action: 'changeFactors', resource: personOf },
    output: CreationOptions,
    reads: true,
    limit: perPrincipal(60, 'minute'),
    async handler(route) {
      const { read, now, params } = route
      const may = await mayChange(deps, route)
      if (!may.ok) return may
      const person = await read((tx) => deps.directory.person(tx, params.id))
      if (person === null) return refuse(directoryErrors.person_unknown)
      return beginRegistration(read, deps, { person, session: may.value.session, now })
    },
  }),

  defineRoute({
    method: 'POST',
    path: `${base}/passkeys`,
    summary: 'Register a passkey of your own (`response`: RegistrationResponseJSON)',
    permission: { action: 'changeFactors', resource: personOf },
    input: { body: z.strictObject({ name: PasskeyName, response: Registration, endOtherSessions }) },
    output: Enrolled,
    event: 'factor.enrolled',
    limit: perPrincipal(60, 'minute'),
    async handler(route) {
      const { read, now, params, body, work, source } = route
      const may = await mayChange(deps, route)
      if (!may.ok) return work(async () => may)
      const person = await read((tx) => deps.directory.person(tx, params.id))
      if (person === null) return work(async () => refuse(directoryErrors.person_unknown))
      const { session } = may.value
      const checked = await proveRegistration(read, deps, { person, session, now }, body)
      return work(async (tx) => {
        if (!checked.ok) return checked
        const { endOtherSessions: end } = body
        return enrolOwnPasskey(
          tx,
          deps,
          { person: person.id, session, source, now, endOtherSessions: end },
          checked.value,
        )
      })
    },
  }),
]
