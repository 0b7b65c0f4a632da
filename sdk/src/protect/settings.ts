import {
  compileGuard,
  compilePlaces,
  defaultProtection,
  type Guard,
  type Places,
  Protection,
} from '@holdfast/http-guard'
import { InspectionPolicies, type InspectionPolicy } from '../edge/guard/index.ts'
import type { ProtectedPart, ProtectionInCode } from './options.ts'

const PARTS: readonly ProtectedPart[] = ['csrf', 'headers', 'csp', 'limits', 'addresses', 'inspection']

/** An application's protection, made ready. */
export interface Ground {
  readonly settings: Protection
  readonly guard: Guard
  /** The modes of single routes. */
  readonly places: Places
  /** Null: nothing is inspected; undefined: what should be cannot be known, and nothing may pass. */
  readonly inspection: InspectionPolicy | null | undefined
  /** Some limit counts by who asks. */
  readonly countsAccounts: boolean
  /** As `admission` wants it. */
  readonly route: Admitted
  /** The same for what came through the gateway, which has counted by the application's own rules already. */
  readonly routeBehind: Admitted
}

interface Admitted {
  readonly application: string
  readonly guard: Guard
  readonly limits: { readonly settings: Protection['limits'] }
}

/** @throws ZodError for settings in code that are none */
export function createGrounds(application: string, code: ProtectionInCode, reports: boolean) {
  const policies = new InspectionPolicies()
  const merged = (document: Protection): Protection => {
    const parts = PARTS.map((part) => [part, { ...document[part], ...code[part] }] as const)
    const routes = code.routes ?? document.routes
    const { csp, ...rest } = Protection.parse({ ...document, ...Object.fromEntries(parts), routes })
    // Where nobody takes reports, browsers are not asked for any.
    return { ...rest, csp: reports ? csp : { ...csp, reports: false } }
  }
  const make = (document: Protection): Ground => {
    const settings = merged(document)
    const guard = compileGuard(settings)
    const inspection = policies.compile(new Map([[application, settings.inspection]])).get(application)
    const behind = { ...settings.limits, rules: code.limits?.rules === undefined ? [] : settings.limits.rules }
    return {
      settings,
      guard,
      places: compilePlaces(settings, []),
      inspection,
      countsAccounts: settings.limits.rules.some(({ per }) => per === 'account' || per === 'key'),
      route: { application, guard, limits: { settings: settings.limits } },
      routeBehind: { application, guard, limits: { settings: behind } },
    }
  }
  let made = { document: defaultProtection, ground: make(defaultProtection) }
  return {
    /** Compiled once for each document. @throws ZodError as above */
    of: (document: Protection): Ground => {
      if (made.document !== document) made = { document, ground: make(document) }
      return made.ground
    },
  }
}
