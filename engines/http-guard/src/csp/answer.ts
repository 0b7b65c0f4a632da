import type { CspSettings } from '../settings.ts'
import { compilePolicy, type CompiledPolicy, strictPolicy } from './policy.ts'

/** Where browsers send their reports, at every guarded host. */
export const CSP_REPORT_PATH = '/.holdfast/csp-reports'
const group = 'holdfast-csp'

/** The CSP fields of answers. */
export interface CspAnswers {
  readonly hasNonce: boolean
  /** Adds ours to the fields of an answer that is a document. */
  complete(
    fields: string[],
    context: { readonly secure: boolean; readonly nonce: string; readonly beside: boolean },
  ): void
}

/** @returns null where none is sent */
export function compileCsp(settings: CspSettings): CspAnswers | null {
  if (settings.mode === 'off') return null
  const policy = strictPolicy(settings)
  const name = settings.mode === 'block' ? 'Content-Security-Policy' : 'Content-Security-Policy-Report-Only'
  // The Reporting API works over https only, and where `report-to` stands browsers that know it pass over `report-uri`.
  const plain = compilePolicy(policy, settings.reports ? [`report-uri ${CSP_REPORT_PATH}`] : [])
  const secured = settings.reports
    ? compilePolicy(policy, [`report-uri ${CSP_REPORT_PATH}`, `report-to ${group}`])
    : plain
  return {
    hasNonce: plain.hasNonce,
    complete(fields, { secure, nonce, beside }) {
      // A policy of the application's own is what it knows of itself; two hold together, so that ours could only break it.
      if (settings.mode === 'block' && !beside && has(fields, 'content-security-policy')) return
      const compiled: CompiledPolicy = secure ? secured : plain
      fields.push(name, compiled.text(nonce))
      if (secure && settings.reports) fields.push('Reporting-Endpoints', `${group}="${CSP_REPORT_PATH}"`)
    },
  }
}

const documents = /^\s*(?:text\/html|application\/xhtml\+xml|image\/svg\+xml|text\/xml|application\/xml)\s*(?:;|$)/i

/**
 * Whether an answer is a document that a browser would run scripts of. Not a 304: it would give the page in the browser's cache another
 * nonce than the one that it was written with.
 */
export function isDocument(fields: readonly string[], status: number): boolean {
  if (status < 200 || status === 204 || status === 304) return false
  const type = valueOf(fields, 'content-type')
  return type === null ? status === 200 : documents.test(type)
}

/** Whether one of the application's own policies says who may frame it. */
export function namesFrameAncestors(fields: readonly string[]): boolean {
  const own = valueOf(fields, 'content-security-policy')
  return own !== null && /(?:^|;)\s*frame-ancestors\s/i.test(own)
}

const has = (fields: readonly string[], lower: string): boolean => valueOf(fields, lower) !== null

/** @returns the first value of a header field, or null */
export function valueOf(fields: readonly string[], lower: string): string | null {
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] ?? ''
    if (name.length === lower.length && name.toLowerCase() === lower) return fields[i + 1] ?? ''
  }
  return null
}
