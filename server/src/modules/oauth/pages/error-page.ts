import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider'
import { html } from '../../../platform/http/html.ts'
import { buffer } from '../provider/buffer.ts'
import { document, pagePolicy } from './layout.ts'

/** What happened, in words for whoever only wanted to sign in. */
const words: Readonly<Record<string, string>> = {
  invalid_redirect_uri: 'The application asked to send you back to an address that is not registered for it.',
  invalid_client: 'The application that sent you here is not known.',
  invalid_request: 'The application sent a request that cannot be answered.',
  invalid_request_uri: 'This sign-in was used already, or has waited for too long.',
  server_error: 'Something went wrong here. Nothing was changed.',
  temporarily_unavailable: 'This cannot be answered just now. Try again in a moment.',
}
const waited = 'This sign-in has waited for too long, was finished already, or was begun in another browser.'

const placeOfEvent = '<!--event-->'

/** A page in place of a redirect that nobody could trust (RFC 6749, section 4.1.2.1), with a way on. */
export function renderError(ctx: KoaContextWithOIDC, { error, error_description: description }: ErrorOut): void {
  const back = backTo(ctx)
  const lost = /authorization request has expired|interaction session/.test(String(description))
  const said = lost ? waited : (words[error] ?? 'The sign-in cannot go on.')
  const body = html`<h1>Sign-in cannot continue</h1>
<div class="problem" role="alert"><p>${said}</p>
<p><code>${error}</code>${description !== undefined && description !== '' && html`: ${description}`}</p></div>
${back !== undefined && html`<p><a href="${back}">Back to the application, to begin again</a></p>`}
<p><a href="/">To the start page</a></p>
<p class="hint">Request <code>${buffer().requestId}</code></p>`
  ctx.type = 'html'
  ctx.set('content-security-policy', pagePolicy())
  ctx.body = document('Sign-in cannot continue', body).text.replace('</main>', `${placeOfEvent}</main>`)
}

/** The page is made before its event is written. */
export function withEvent(page: string, eventId: string | undefined): string {
  const event = eventId === undefined ? '' : html`<p class="event">Event <code>${eventId}</code></p>`.text
  return page.replace(placeOfEvent, event)
}

/** Where the application lives: only what it has registered, never what the request says. */
function backTo({ oidc: { client } }: KoaContextWithOIDC): string | undefined {
  if (client?.clientUri !== undefined) return client.clientUri
  const parsed = URL.parse(client?.redirectUris?.[0] ?? '')
  return parsed !== null && /^https?:$/.test(parsed.protocol) ? parsed.origin : undefined
}
