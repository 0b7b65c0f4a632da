import type { Html } from '../../../platform/http/html.ts'
import { pageDocument } from '../../signin/index.ts'

/** A page without a script. @param application that it is about, whose look it has */
export function document(title: string, body: Html, application?: string): Html {
  return pageDocument({ title, body, application })
}

/** @param targets sources that a form may be sent or redirected to; browsers hold `form-action` against redirects as well */
export function pagePolicy(targets: readonly string[] = []): string {
  return [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    `form-action ${targets.length === 0 ? "'none'" : targets.join(' ')}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ')
}
