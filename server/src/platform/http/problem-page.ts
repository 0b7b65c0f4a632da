import type { CatalogueError } from '../errors.ts'
import { html } from './html.ts'

/** The page behind the `type` URI of a problem: what the code means and how to mend it. */
export function problemPage(errors: ReadonlyMap<string, CatalogueError>): (request: Request) => Response {
  return (request) => {
    const error = errors.get(new URL(request.url).pathname.split('/').at(-1) ?? '')
    const headers = {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    }
    const page =
      error === undefined
        ? html`<h1>Unknown code</h1><p>No error of this server has that code.</p>`
        : html`<h1>${error.title}</h1><p><code>${error.code}</code> · HTTP ${error.status} · ${error.module}</p>${error.detail === '' ? '' : html`<p>${error.detail}</p>`}<h2>How to mend it</h2><p>${error.help}</p>`
    const text = html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${error?.title ?? 'Unknown code'} · Holdfast</title><link rel="stylesheet" href="/signin.css"></head><body><main>${page}</main></body></html>`
    return new Response(text.text, { status: error === undefined ? 404 : 200, headers })
  }
}
