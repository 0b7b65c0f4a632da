import { z } from 'zod'
import { perAddress } from '../../../platform/http/limit.ts'
import { defineRoute, type Page, type Route } from '../../../platform/http/route.ts'
import { type Accepted, ok } from '../../../platform/outcome.ts'
import { goOn } from '../flow/establish.ts'
import { pathOf } from '../flow/target.ts'
import { problemOf } from '../pages/layout.ts'
import { arriveHalf, nameOf, TargetForm, TargetQuery } from '../routes/common.ts'
import type { SetPasswordDeps } from '../set-password.ts'
import type { SignInDeps } from '../sign-in.ts'
import { changeDuePassword } from './change.ts'
import { changePage } from './change-page.ts'

const path = '/sign-in/password'
const halfDone = 'whose password must be changed is nobody yet: the page looks at the session itself'

export const passwordPageRoutes = (deps: SignInDeps & SetPasswordDeps): Route[] => [
  defineRoute({
    method: 'GET',
    path,
    summary: 'The page that asks for another password, where the one that was shown is known to others',
    permission: { public: halfDone },
    input: { query: TargetQuery },
    output: 'page',
    reads: true,
    limit: perAddress(12_000, 'minute'),
    async handler({ query, read, request, now, tenant }): Promise<Accepted<Page>> {
      const arrived = await arriveHalf(deps, { read, request, now, tenant }, query)
      if ('redirect' in arrived) return ok(arrived)
      const { current, target, destination } = arrived
      const to = await read((tx) => goOn(tx, deps, current, target))
      if (to !== pathOf(path, target)) return ok({ redirect: to })
      const { email } = await nameOf(deps, read, current.person)
      return changePage({ target, destination, email })
    },
  }),

  defineRoute({
    method: 'POST',
    path,
    summary: 'Change a password that is known to others, and go on with the sign-in',
    permission: { public: halfDone },
    input: {
      form: TargetForm.extend({
        username: z.string().optional(),
        current: z.string().default(''),
        password: z.string().default(''),
      }),
    },
    output: 'page',
    event: 'password.set',
    limit: perAddress(12_000, 'minute'),
    bodyLimit: 16 * 1024,
    async handler({ form, work, read, source, now, request, tenant }): Promise<Accepted<Page>> {
      const arrived = await arriveHalf(deps, { read, request, now, tenant }, form)
      if ('redirect' in arrived) return ok(arrived)
      const { current, target, destination } = arrived
      const to = await read((tx) => goOn(tx, deps, current, target))
      if (to !== pathOf(path, target)) return ok({ redirect: to })
      const { email } = await nameOf(deps, read, current.person)
      const result = await changeDuePassword({ work, read, source, now }, deps, { current, target }, form)
      if (result.ok) return ok({ redirect: result.value.to }, { cookies: [result.value.cookie] })
      const field = result.error.code.startsWith('current_') ? 'current' : 'password'
      const problem = problemOf(result, result.eventId, field)
      return changePage({ target, destination, email, problem }, { ...result.reply, status: result.error.status })
    },
  }),
]
