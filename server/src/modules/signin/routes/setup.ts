import { z } from 'zod'
import { perAddress } from '../../../platform/http/limit.ts'
import { defineRoute, type Page, type Route } from '../../../platform/http/route.ts'
import { type Accepted, ok, refuse } from '../../../platform/outcome.ts'
import { completeSetup, isSetupOpen } from '../bootstrap/complete.ts'
import type { DirectoryDeps } from '../../directory/index.ts'
import { signinErrors } from '../errors.ts'
import { problemOf } from '../pages/layout.ts'
import { refusedPage, setupPage } from '../pages/setup-page.ts'
import type { SignInDeps } from '../sign-in.ts'

const theLink = 'the one-time secret of the link stands for a permission'
const field = z.string().default('')

/** Which field the person should look at. */
const fieldOf: Readonly<Record<string, string>> = {
  email_invalid: 'email',
  email_taken: 'email',
  name_invalid: 'name',
  password_weak: 'password',
}

export const setupRoutes = (deps: SignInDeps & { readonly passwords: DirectoryDeps['passwords'] }): Route[] => {
  const { passwordLength } = deps.config
  return [
    defineRoute({
      method: 'GET',
      path: '/setup',
      summary: 'The page that enrols the first operator',
      permission: { public: theLink },
      input: { query: z.object({ token: field }) },
      output: 'page',
      reads: true,
      limit: perAddress(60, 'minute'),
      async handler({ query: { token }, read, now }): Promise<Accepted<Page>> {
        if (await read((tx) => isSetupOpen(tx, token, now))) {
          return setupPage({ token, email: '', name: '', passwordLength })
        }
        const refused = refuse(signinErrors.setup_link_invalid)
        const { title, status } = refused.error
        return refusedPage(title, problemOf(refused, undefined, null), { status })
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/setup',
      summary: 'Enrol the first operator',
      permission: { public: theLink },
      input: { form: z.object({ token: field, email: field, name: field, password: field }) },
      output: 'page',
      event: 'setup.completed',
      limit: perAddress(60, 'minute'),
      bodyLimit: 16 * 1024,
      async handler({ form, work, read, source, now }): Promise<Accepted<Page>> {
        const result = await completeSetup({ work, read, source, now }, deps, form)
        if (result.ok) return ok({ redirect: result.value.to }, { cookies: [result.value.cookie] })
        const { code, title, status } = result.error
        const reply = { ...result.reply, status }
        const problem = problemOf(result, result.eventId, fieldOf[code] ?? null)
        if (code === signinErrors.setup_link_invalid.code) return refusedPage(title, problem, reply)
        const { token, email, name } = form
        return setupPage(
          { token, email: email.slice(0, 254), name: name.slice(0, 200), passwordLength, problem },
          reply,
        )
      },
    }),
  ]
}
