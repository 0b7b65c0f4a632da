import { createHash } from 'node:crypto'
import { SIGN_IN_PATH } from '@holdfast/bundle'
import { catalogue, type Refusal } from './catalogue.ts'

export interface RefusalFacts {
  readonly refusal: Refusal
  /** The control plane's public URL, where problems are documented; empty where there is none. */
  readonly url: string
  readonly requestId: string
  readonly eventId: string
}

/** The problem details of a refusal (RFC 9457). */
export function problemBody({ refusal, url, requestId, eventId }: RefusalFacts): string {
  const { status, title } = catalogue[refusal.code]
  const { code, detail, members } = refusal
  return JSON.stringify({
    type: url === '' ? 'about:blank' : `${url}/problems/${code}`,
    title,
    status,
    detail,
    code,
    ...members,
    requestId,
    eventId,
  })
}

const style =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:12vh auto;padding:0 1.5rem;color:#1b1f24;background:#fff}' +
  'h1{font-size:1.375rem;line-height:1.3}code{font:.875rem ui-monospace,monospace;color:#57606a}a{color:#0b57d0}' +
  '@media(prefers-color-scheme:dark){body{color:#e6e8eb;background:#15181c}code{color:#9aa4ae}a{color:#8ab4f8}}'

/** Admits the page's one style and nothing else. */
export const pagePolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

/** The same for a person in a browser. */
export function refusalPage({ refusal: { code, detail }, eventId }: RefusalFacts): string {
  const { title } = catalogue[code]
  const signIn = code === 'sign_in_invalid' || code === 'unauthenticated'
  const again = signIn ? `<p><a href="${SIGN_IN_PATH}">Sign in</a></p>` : ''
  return (
    `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
    `<title>${escape(title)}</title><style>${style}</style><main><h1>${escape(title)}</h1><p>${escape(detail)}</p>` +
    `${again}<p><code>${escape(code)} &middot; ${escape(eventId)}</code></p></main></html>`
  )
}

const escape = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => `&#${String(character.codePointAt(0))};`)
