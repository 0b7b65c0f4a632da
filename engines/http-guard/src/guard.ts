import { compileNetworks, type Networks } from './addresses/trie.ts'
import { compileCsp, type CspAnswers, isDocument, namesFrameAncestors } from './csp/answer.ts'
import { type CsrfReason, type CsrfRules, judgeOrigin, mayChange, type Provenance } from './csrf/judge.ts'
import { compileHeaders, type SecurityHeaders } from './headers/security.ts'
import { addVary } from './headers/vary.ts'
import { compileRoutes, type Readings, type Routes } from './routes.ts'
import type { CsrfSettings, HeaderSettings, HeaderValues, Mode, Protection } from './settings.ts'

/** What an answer is to be completed with. */
export interface AnswerContext {
  readonly method: string
  readonly readings: Readings
  readonly status: number
  /** The client came by https. */
  readonly secure: boolean
  /** Base64; empty where `wantsNonce` is false. */
  readonly nonce: string
  /** The request's origin was judged, or could have been: caches must keep the answers apart. */
  readonly judged: boolean
}

/** One application's protection, made ready: what needs no state and no payload. */
export interface Guard {
  readonly csrf: {
    readonly mode: Mode
    readonly token: boolean
    judge(request: Provenance): CsrfReason
    demandsToken(request: Provenance): boolean
  }
  readonly allowed: Networks
  readonly denied: Networks
  /** A fresh nonce goes to the upstream with each request. */
  readonly wantsNonce: boolean
  /** Whether an answer's field (name in lower case) goes no further. */
  hides(lower: string): boolean
  /** @param fields flat list, changed in place */
  complete(fields: string[], context: AnswerContext): void
}

const varyOn = ['Sec-Fetch-Site', 'Origin']

export function compileGuard(protection: Protection): Guard {
  const { csrf, headers, csp, addresses } = protection
  const rules = csrfRules(csrf)
  const headersOf = headersByRoute(headers)
  const policies = compileCsp(csp)
  return {
    csrf: {
      mode: csrf.mode,
      token: csrf.mode !== 'off' && csrf.doubleSubmit === 'required',
      judge: (request) => judgeOrigin(request, rules),
      demandsToken: (request) => mayChange(request) && !rules.exempt.surely(request.method, request.readings),
    },
    allowed: compileNetworks(addresses.allow),
    denied: compileNetworks(addresses.deny),
    wantsNonce: policies?.hasNonce ?? false,
    hides: (lower) => headersOf.general.hidden.has(lower),
    complete(fields, context) {
      const { choices, ready } = headersOf.find(context.method, context.readings)
      ready.complete(fields, { secure: context.secure, framing: namesFrameAncestors(fields) })
      if (policies !== null) completeCsp(policies, fields, context, choices.when === 'stricter')
      if (context.judged && csrf.mode !== 'off') addVary(fields, varyOn)
    },
  }
}

function completeCsp(policies: CspAnswers, fields: string[], context: AnswerContext, beside: boolean): void {
  if (isDocument(fields, context.status)) policies.complete(fields, { ...context, beside })
}

function csrfRules({ sameSite, trustedOrigins, withoutCookies, withoutOrigin, exempt }: CsrfSettings): CsrfRules {
  return {
    sameSite,
    trustedOrigins: new Set(trustedOrigins),
    withoutCookies,
    withoutOrigin,
    exempt: compileRoutes(exempt),
  }
}

interface HeadersOfRoute {
  readonly choices: HeaderValues
  readonly ready: SecurityHeaders
}

/** The first route that fits decides. What takes protection away must be sure of its route. */
function headersByRoute({ routes, ...general }: HeaderSettings) {
  const base: HeadersOfRoute = { choices: general, ready: compileHeaders(general) }
  const special = routes.map(({ set, ...pattern }) => {
    const named = Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined))
    const choices = { ...general, ...named } as HeaderValues
    return { fits: compileRoutes([pattern]) satisfies Routes, of: { choices, ready: compileHeaders(choices) } }
  })
  return {
    general: base.ready,
    find: (method: string, readings: Readings): HeadersOfRoute =>
      special.find(({ fits }) => fits.surely(method, readings))?.of ?? base,
  }
}
