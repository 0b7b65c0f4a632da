import { z } from 'zod'
import { type Acr, acrs } from '../../../platform/assurance.ts'
import { home, returnPath } from '../return-path.ts'

/**
 * Where a sign-in leads, and what it is to show. It is in the address and in hidden fields of the forms, and nowhere else:
 * so it survives proxies, restarts and parallel tabs. Anybody can write it. It decides what is asked for, never what is
 * enough: whoever demands something looks at the session again.
 */
export interface SignInTarget {
  /** path at this origin */
  readonly returnTo: string
  readonly acr: Acr | null
  /** what was shown before does not count */
  readonly since: Date | null
  /** whom the application expects, as it was sent */
  readonly hint: string
  /** short name of the tenant that was asked for; where there is none, whatever else the visit leads to says it */
  readonly tenant?: string
}

const text = z.string().optional()

/** Of the query of each step, and of its form. */
export const targetFields = {
  return: text,
  acr: text,
  max_age: text,
  prompt: text,
  since: text,
  login_hint: text,
  tenant: text,
}

type Fields = { readonly [name in keyof typeof targetFields]?: string | undefined }

const steps = ['/sign-in', '/sign-in/verify', '/sign-in/enrol', '/sign-in/password'] as const

export type Step = (typeof steps)[number]

/** What is not understood is not asked for: it is but a wish. */
export function readTarget(fields: Fields, now: Date): SignInTarget {
  const acr = acrs.find((known) => known === fields.acr) ?? null
  const { tenant } = fields
  return {
    returnTo: returnOf(fields.return),
    acr,
    since: sinceOf(fields, now),
    hint: hintOf(fields.login_hint),
    ...(tenant !== undefined && /^[a-z][a-z0-9-]{0,62}$/.test(tenant) && { tenant }),
  }
}

/** Back to a step of the sign-in itself would lead in a circle. */
function returnOf(asked: string | undefined): string {
  const path = returnPath(asked)
  return steps.some((step) => step === path.split(/[?#]/, 1)[0]) ? home : path
}

/**
 * `max_age` in seconds, and `prompt`, as OpenID Connect Core has them (section 3.1.2.1); or what the first step made of them:
 * a time in milliseconds.
 */
function sinceOf({ max_age: maxAge, prompt, since }: Fields, now: Date): Date | null {
  const time = /\b(?:login|select_account)\b/.test(prompt ?? '')
    ? now.getTime()
    : /^\d{1,10}$/.test(maxAge ?? '')
      ? now.getTime() - Number(maxAge) * 1000
      : /^\d{1,14}$/.test(since ?? '')
        ? Number(since)
        : undefined
  return time === undefined ? null : new Date(Math.min(Math.max(time, 0), now.getTime()))
}

function hintOf(asked: string | undefined): string {
  return asked === undefined || asked.length > 254 || /\p{C}/u.test(asked) ? '' : asked
}

/** The fields that carry the target on. A hint has been used by then. */
export function fieldsOf({ returnTo, acr, since, tenant }: SignInTarget): Readonly<Record<string, string>> {
  return {
    ...(returnTo !== home && { return: returnTo }),
    ...(acr !== null && { acr }),
    ...(since !== null && { since: String(since.getTime()) }),
    ...(tenant !== undefined && { tenant }),
  }
}

export function pathOf(step: Step, target: SignInTarget): string {
  const query = new URLSearchParams(fieldsOf(target)).toString()
  return query === '' ? step : `${step}?${query}`
}
