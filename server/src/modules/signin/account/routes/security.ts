import { defineRoute, type Route } from '../../../../platform/http/route.ts'
import { ok, refuse } from '../../../../platform/outcome.ts'
import { uuid } from '../../../../platform/uuid.ts'
import { z } from 'zod'
import { mfaErrors } from '../../mfa/errors.ts'
import { lackForChange } from '../../mfa/fresh.ts'
import { listFactors } from '../../mfa/list.ts'
import { PasskeyName } from '../../mfa/passkeys/shapes.ts'
import { renamePasskey } from '../../mfa/passkeys/store.ts'
import { makeRecoveryCodes } from '../../mfa/recovery/make.ts'
import { removeFactor } from '../../mfa/remove.ts'
import { enrolledBy, hasSecondFactor } from '../../mfa/standing.ts'
import { codesPage } from '../../pages/enrol-page.ts'
import { passkeyScript } from '../../pages/passkey-form.ts'
import { type Owner, type PageRoute, verifyFor } from '../own.ts'
import { securityBody } from '../pages/security-page.ts'
import type { AccountTools } from '../parts.ts'
import { type Acting, changed, pageRoute, post, type Shown, text } from './common.ts'
import { parsed } from './profile.ts'

export const at = '/account/security'

/** Where everything that the person can show is shown first; null: they have, a short while ago. */
async function confirmFactors(
  deps: AccountTools,
  { person, session }: Owner,
  { read, now }: PageRoute,
): Promise<string | null> {
  const enrolled = await read((tx) => enrolledBy(tx, person.id))
  const lack = lackForChange(session, enrolled, { config: deps.config, now })
  return lack === undefined ? null : verifyFor(at, lack)
}

export function factorsPage(deps: AccountTools): Shown {
  return {
    at,
    action: 'listFactors',
    async load(owner, route) {
      const { id } = owner.person
      const { groups } = owner.caller
      const factors = await route.read((tx) => listFactors(tx, deps, { person: id, groups }))
      const confirm = await confirmFactors(deps, owner, route)
      const { now } = route
      return (problem) => ({
        body: securityBody({ person: id, factors, confirm, now, problem }),
        ...(factors.passkeysAvailable && confirm === null && { script: passkeyScript }),
      })
    },
  }
}

/** What every change of factors has in common. */
export function changing(deps: AccountTools, page: Shown) {
  const first: Acting['first'] = (owner, route) => confirmFactors(deps, owner, route)
  return { page, action: 'changeFactors', first } as const
}

export function securityRoutes(deps: AccountTools): Route[] {
  const page = factorsPage(deps)
  return [
    pageRoute(deps, page, 'The page of one’s own second factors'),
    defineRoute({
      ...changed,
      path: `${at}/passkeys/:id/rename`,
      summary: 'Rename one of one’s own passkeys',
      input: { form: z.object({ name: text }) },
      event: 'factor.renamed',
      handler: (route) => {
        const { id } = route.params
        const acting = { page, action: 'changeFactors', event: 'factor.renamed', done: 'renamed' } as const
        return post(deps, route, acting, async ({ owner, work }) => {
          const name = parsed(PasskeyName, route.form.name)
          if (!name.ok) return name
          const person = owner.person.id
          return work(async (tx) => {
            const known = uuid.test(id) && (await renamePasskey(tx, deps.mfaColumns, { id, person, name: name.value }))
            if (!known) return refuse(mfaErrors.factor_unknown)
            await tx.record({ kind: 'factor.renamed', resource: { type: 'Person', id: person }, data: { id } })
            return ok(null)
          })
        })
      },
    }),
    defineRoute({
      ...changed,
      path: `${at}/passkeys/:id/remove`,
      summary: 'Remove one of one’s own passkeys',
      event: 'factor.removed',
      handler: (route) => remove(deps, page, route, route.params.id),
    }),
    defineRoute({
      ...changed,
      path: `${at}/totp/remove`,
      summary: 'Remove one’s own authenticator app',
      event: 'factor.removed',
      handler: (route) => remove(deps, page, route, 'totp'),
    }),
    defineRoute({
      ...changed,
      path: `${at}/recovery-codes`,
      summary: 'Make new recovery codes for oneself; the old ones are worth nothing from now on',
      event: 'factor.enrolled',
      handler: (route) =>
        post(
          deps,
          route,
          { ...changing(deps, page), event: 'factor.enrolled', done: 'app' },
          ({ owner: { person }, work }) =>
            work(async (tx) => {
              if (!hasSecondFactor(await enrolledBy(tx, person.id))) return refuse(mfaErrors.factor_unknown)
              return ok(await makeRecoveryCodes(tx, deps, { person: person.id, now: route.now }))
            }),
          (codes) => codesPage(codes, at),
        ),
    }),
  ]
}

function remove(deps: AccountTools, page: Shown, route: Parameters<typeof post>[1], factor: string) {
  const acting = { ...changing(deps, page), event: 'factor.removed', done: 'removed' } as const
  return post(deps, route, acting, ({ owner: { person, caller }, work }) =>
    work((tx) => removeFactor(tx, deps, { person: person.id, groups: caller.groups, factor, now: route.now })),
  )
}
