import { z } from 'zod'
import { perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../platform/http/route.ts'
import { ok, refuse } from '../../../platform/outcome.ts'
import { directoryErrors } from '../../directory/index.ts'
import { mfaErrors } from './errors.ts'
import { Factors, listFactors } from './list.ts'
import { changing, type FactorRoute, personOf } from './own.ts'
import type { MfaTools } from './parts.ts'
import { PasskeyName } from './passkeys/shapes.ts'
import { renamePasskey } from './passkeys/store.ts'
import { makeRecoveryCodes } from './recovery/make.ts'
import { Proof } from './proofing.ts'
import { removeFactor } from './remove.ts'
import { resetFactors } from './reset.ts'
import { endOthers } from './tell.ts'
import { uuid } from '../../../platform/uuid.ts'

const base = '/api/v1/people/:id/factors'

export const factorRoutes = (deps: MfaTools): Route[] => [
  defineRoute({
    method: 'GET',
    path: base,
    summary: 'The second factors of a person, and what is demanded of them',
    permission: { action: 'listFactors', resource: personOf },
    output: Factors,
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: ({ params, read }) =>
      read(async (tx) => {
        const person = await deps.directory.person(tx, params.id)
        if (person === null) return refuse(directoryErrors.person_unknown)
        const groups = (await deps.directory.groupsOf(tx, { type: 'Person', id: person.id })) ?? []
        return ok(await listFactors(tx, deps, { person: person.id, groups }))
      }),
  }),

  defineRoute({
    method: 'POST',
    path: `${base}/reset`,
    summary: 'Reset all second factors of a person who has lost theirs; their sessions end, and they enrol anew',
    permission: { action: 'resetFactors', resource: personOf },
    assurance: { maxAge: 900 },
    input: { body: Proof },
    output: z.object({ passkeys: z.int(), totp: z.boolean(), revoked: z.int() }),
    event: 'factor.reset',
    limit: perPrincipal(120, 'minute'),
    handler: ({ params, body: proof, caller, work, now }) =>
      work((tx) =>
        caller.principal.type === 'Person' && caller.principal.id === params.id
          ? Promise.resolve(refuse(mfaErrors.ones_own))
          : resetFactors(tx, deps, { person: params.id, proof, now }),
      ),
  }),

  defineRoute({
    method: 'PATCH',
    path: `${base}/:factor`,
    summary: 'Rename one of your own passkeys',
    permission: { action: 'changeFactors', resource: personOf },
    input: { body: z.strictObject({ name: PasskeyName }) },
    output: z.object({ name: z.string() }),
    event: 'factor.renamed',
    limit: perPrincipal(120, 'minute'),
    handler: ({ params, body, caller, work }) =>
      work(async (tx) => {
        if (caller.principal.id !== params.id) return refuse(mfaErrors.not_ones_own)
        const { id: person, factor: id } = params
        const renamed = uuid.test(id) && (await renamePasskey(tx, deps.mfaColumns, { id, person, name: body.name }))
        if (!renamed) return refuse(mfaErrors.factor_unknown)
        await tx.record({ kind: 'factor.renamed', resource: { type: 'Person', id: person }, data: { id } })
        return ok({ name: body.name })
      }),
  }),

  defineRoute({
    method: 'DELETE',
    path: `${base}/:factor`,
    summary: 'Remove one of your own second factors: a passkey by its id, or `totp`',
    permission: { action: 'changeFactors', resource: personOf },
    input: { query: z.object({ endOtherSessions: z.enum(['true', 'false']).default('false') }) },
    output: z.object({ removed: z.literal(true), revoked: z.int() }),
    event: 'factor.removed',
    limit: perPrincipal(120, 'minute'),
    handler: (route) =>
      changing(deps, route, async (tx, { person, groups, session, now }) => {
        const removed = await removeFactor(tx, deps, { person, groups, factor: route.params.factor, now })
        if (!removed.ok) return removed
        const end = route.query.endOtherSessions === 'true'
        return ok({ removed: true, revoked: end ? await endOthers(tx, deps, { person, keep: session, now }) : 0 })
      }),
  }),

  defineRoute({
    method: 'POST',
    path: `${base}/recovery-codes`,
    summary: 'Make new recovery codes for yourself; the old ones are worth nothing from now on',
    permission: { action: 'changeFactors', resource: personOf },
    output: z.object({ codes: z.array(z.string()) }),
    event: 'factor.enrolled',
    limit: perPrincipal(60, 'minute'),
    handler: (route: FactorRoute) =>
      changing(deps, route, async (tx, { person, enrolled, now }) => {
        if (enrolled.passkeys === 0 && !enrolled.totp) return refuse(mfaErrors.factor_unknown)
        return ok({ codes: [...(await makeRecoveryCodes(tx, deps, { person, now }))] })
      }),
  }),
]
