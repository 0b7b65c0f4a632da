import { z } from 'zod'
import { defineRoute, type Route } from '../../../../platform/http/route.ts'
import { invalid } from '../../../../platform/http/request.ts'
import { type Outcome, ok } from '../../../../platform/outcome.ts'
import { Email, Name } from '../../../directory/index.ts'
import { askEmailChange, sendVerification } from '../../recovery/email.ts'
import { profileBody } from '../pages/profile-page.ts'
import type { AccountTools } from '../parts.ts'
import { changed, pageRoute, post, type Shown, text } from './common.ts'

export function profileRoutes(deps: AccountTools): Route[] {
  const { directory } = deps
  const page: Shown = {
    at: '/account',
    action: 'viewSelf',
    async load(owner, { read }) {
      const { id } = owner.person
      const found = await read(async (tx) => ({
        verified: (await directory.emailVerifiedAt(tx, id)) !== null,
        kept: ((await directory.provisionedBy(tx, [id])).get(id)?.service ?? null) !== null,
      }))
      const { groups } = owner.caller
      return (problem, typed) => ({ body: profileBody({ owner, groups, ...found, problem, typed: typed ?? {} }) })
    },
  }
  return [
    pageRoute(deps, page, "A person's own account: name, address, groups"),
    defineRoute({
      ...changed,
      path: '/account/name',
      summary: 'Change one’s own name',
      input: { form: z.object({ name: text }) },
      event: 'person.updated',
      handler: (route) => {
        const { name } = route.form
        const acting = {
          page,
          event: 'person.updated',
          action: 'changeOwnName',
          done: 'name',
          field: () => 'name',
          typed: { name: name.slice(0, 200) },
        } as const
        return post(deps, route, acting, async ({ owner, work }) => {
          const checked = parsed(Name, name)
          return work(async (tx) => (checked.ok ? directory.changeName(tx, owner.person.id, checked.value) : checked))
        })
      },
    }),
    defineRoute({
      ...changed,
      path: '/account/email',
      summary: 'Ask for another e-mail address of one’s own: it is confirmed there before it changes',
      input: { form: z.object({ email: text }) },
      event: 'email.change_asked',
      handler: (route) => {
        const { email } = route.form
        const acting = {
          page,
          event: 'email.change_asked',
          action: 'changeEmail',
          fresh: true,
          done: 'email-asked',
          field: () => 'email',
          typed: { email: email.slice(0, 254) },
        } as const
        return post(deps, route, acting, async ({ owner, work }): Promise<Outcome<unknown>> => {
          const checked = parsed(Email, email)
          if (!checked.ok) return checked
          return askEmailChange({ work, now: route.now }, deps, owner.person.id, checked.value)
        })
      },
    }),
    defineRoute({
      ...changed,
      path: '/account/email/verify',
      summary: 'Have a letter sent to oneself, to confirm the address',
      event: 'email.verification_sent',
      handler: (route) => {
        const acting = { page, event: 'email.verification_sent', action: 'verifyEmail', done: 'email-sent' } as const
        return post(deps, route, acting, ({ owner, work }) =>
          sendVerification({ work, now: route.now }, deps, owner.person.id),
        )
      },
    }),
  ]
}

export function parsed<Schema extends z.ZodType>(schema: Schema, typed: string): Outcome<z.output<Schema>> {
  const result = schema.safeParse(typed)
  return result.success ? ok(result.data) : invalid(result.error, 'form')
}
