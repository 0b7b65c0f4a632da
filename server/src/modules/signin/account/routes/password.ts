import { z } from 'zod'
import { isAtLeast } from '../../../../platform/assurance.ts'
import { defineRoute, type Route } from '../../../../platform/http/route.ts'
import { refuse } from '../../../../platform/outcome.ts'
import { recoveryErrors } from '../../recovery/errors.ts'
import { demandedOf } from '../../sessions/demand.ts'
import { setPassword } from '../../set-password.ts'
import { passwordHolders } from '../../store/passwords.ts'
import { passwordBody } from '../pages/password-page.ts'
import type { AccountTools } from '../parts.ts'
import { changed, pageRoute, post, type Shown, text } from './common.ts'

export function passwordRoutes(deps: AccountTools): Route[] {
  const { config } = deps
  const page: Shown = {
    at: '/account/password',
    action: 'viewSelf',
    async load({ person: { id, email } }, { read }) {
      const found = await read(async (tx) => ({
        has: (await passwordHolders(tx, [id])).has(id),
        short: isAtLeast(await demandedOf(tx, deps, id), 'aal2'),
      }))
      const least = found.short ? config.passwords.lengthWithSecondFactor : config.passwordLength
      return (problem) => ({ body: passwordBody({ email, has: found.has, least, problem }) })
    },
  }
  return [
    pageRoute(deps, page, 'The page to change one’s own password at'),
    defineRoute({
      ...changed,
      path: '/account/password',
      summary: 'Change one’s own password, knowing the current one; all other sign-ins end',
      input: { form: z.object({ username: text, current: text, password: text, again: text }) },
      event: 'password.set',
      handler: (route) => {
        const { current, password, again } = route.form
        const acting = {
          page,
          event: 'password.set',
          action: 'setPassword',
          fresh: true,
          done: 'password',
          field: (code: string) =>
            code.startsWith('current_') ? 'current' : code === 'passwords_differ' ? 'again' : 'password',
        } as const
        return post(deps, route, acting, async ({ owner, read, work }) => {
          if (password !== again) return refuse(recoveryErrors.passwords_differ)
          const { caller, person } = owner
          const asked = { work, read, caller, source: route.source, now: route.now }
          const typed = { password, ...(current !== '' && { current }) }
          return setPassword(asked, deps, person.id, typed)
        })
      },
    }),
  ]
}
