import type { CspSettings } from '../settings.ts'

/** A Content Security Policy (CSP3, W3C): directive -> its values, in the order in which they are written. */
export type Policy = ReadonlyMap<string, readonly string[]>

export type CspChoices = Pick<CspSettings, 'directives' | 'nonce' | 'hashes' | 'trustedTypes'>

/** A policy's text, cut where the nonce goes. */
export interface CompiledPolicy {
  /** @param nonce base64 of at least 128 random bits; ignored where the policy has none */
  text(nonce: string): string
  readonly hasNonce: boolean
}

/**
 * A strict policy (CSP3 section 8, "strict-dynamic"): scripts run by nonce or hash, and what they load runs with them; with neither, only
 * those of the own origin. Nothing is framed by others, no plugin, no foreign base, forms go home.
 */
export function strictPolicy({ nonce, hashes, trustedTypes, directives }: CspChoices): Policy {
  const marks = [...(nonce ? [NONCE] : []), ...hashes.map((hash) => `'${hash}'`)]
  const policy = new Map<string, readonly string[]>([
    ['default-src', ["'self'"]],
    ['script-src', marks.length === 0 ? ["'self'"] : [...marks, "'strict-dynamic'"]],
    ['style-src', nonce ? ["'self'", NONCE] : ["'self'"]],
    ['img-src', ["'self'", 'data:']],
    ['object-src', ["'none'"]],
    ['base-uri', ["'none'"]],
    ['form-action', ["'self'"]],
    ['frame-ancestors', ["'self'"]],
  ])
  if (trustedTypes) policy.set('require-trusted-types-for', ["'script'"])
  for (const [name, values] of Object.entries(directives)) {
    if (values === null) policy.delete(name)
    else policy.set(name, values)
  }
  return policy
}

/** Stands in a list of values for the nonce of the answer. */
export const NONCE: string = "'nonce'"

export function serializePolicy(policy: Policy): string {
  return [...policy].map(([name, values]) => (values.length === 0 ? name : `${name} ${values.join(' ')}`)).join('; ')
}

/** @param more directives that say where reports go */
export function compilePolicy(policy: Policy, more: readonly string[] = []): CompiledPolicy {
  const text = [serializePolicy(policy), ...more].filter((part) => part !== '').join('; ')
  const parts = text.split(NONCE)
  if (parts.length === 1) return { hasNonce: false, text: () => text }
  return { hasNonce: true, text: (nonce) => parts.join(`'nonce-${nonce}'`) }
}

/** Reads a policy as a browser does (CSP3 section 2.2.1): names in any case, of two directives of one name the first. */
export function parsePolicy(text: string): Policy {
  const policy = new Map<string, readonly string[]>()
  for (const part of text.split(';')) {
    const [name = '', ...values] = part.trim().split(/[\t\n\f\r ]+/)
    const lower = name.toLowerCase()
    if (lower !== '' && !policy.has(lower)) policy.set(lower, values)
  }
  return policy
}
