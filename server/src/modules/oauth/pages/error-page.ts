import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider'
import { html } from '../../../platform/http/html.ts'
import { buffer } from '../provider/buffer.ts'
import type { FlushDeps } from '../provider/flush.ts'

/** What happened, in words for whoever only wanted to sign in. */
const words: Readonly<Record<string, string>> = {
  invalid_redirect_uri: 'The application asked to send you back to an address that is not registered for it.',
  invalid_client: 'The application that sent you here is not known.',
  invalid_request: 'The application sent a request that cannot be answered.',
  invalid_request_uri: 'This sign-in was used already, or has waited for too long.',
  server_error: 'Something went wrong here. Nothing was changed.',
}

const placeOfEvent = '<!--event-->'

/** A page in place of a redirect that nobody could trust (RFC 6749, section 4.1.2.1). */
export function renderError(
  { publicUrl }: Pick<FlushDeps, 'publicUrl'>,
  ctx: KoaContextWithOIDC,
  { error, error_description: description }: ErrorOut,
  _cause: Error,
): void {
  const back = backTo(ctx)
  const waited = /authorization request has expired|interaction session/.test(String(description))
  const said = waited
    ? 'This sign-in has waited for too long, or was begun in another browser.'
    : (words[error] ?? 'The sign-in cannot go on.')
  ctx.type = 'html'
  ctx.set('content-security-policy', pagePolicy)
  ctx.body = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Sign-in cannot continue · Holdfast</title>
<link rel="stylesheet" href="/signin.css">
</head>
<body>
<main>
<p class="mark">Holdfast</p>
<h1>Sign-in cannot continue</h1>
<div class="problem" role="alert"><p>${said}</p>
<p><code>${error}</code>${description !== undefined && description !== '' && html`: ${description}`}</p></div>
${back !== undefined && html`<p><a href="${back}">Back to the application</a></p>`}
<p><a href="${publicUrl}/">To the start page</a></p>
<p class="hint">Request <code>${buffer().requestId}</code></p>
</main>
</body>
</html>
`.text.replace('</main>', `${placeOfEvent}</main>`)
}

const pagePolicy =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"

/** The page is made before its event is written. */
export function withEvent(page: string, eventId: string | undefined): string {
  const event = eventId === undefined ? '' : html`<p class="event">Event <code>${eventId}</code></p>`.text
  return page.replace(placeOfEvent, event)
}

/** Where the application lives: only what it has registered, never what the request says. */
function backTo(ctx: KoaContextWithOIDC): string | undefined {
  const { client } = ctx.oidc
  const uri = client?.clientUri ?? client?.redirectUris?.[0]
  const parsed = uri === undefined ? null : URL.parse(uri)
  return parsed !== null && /^https?:$/.test(parsed.protocol) ? (client?.clientUri ?? parsed.origin) : undefined
}
