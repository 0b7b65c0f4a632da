import { type Html, html } from '../../../platform/http/html.ts'

/** A page without a script: nothing but its own style sheet, image and form is allowed. */
export function document(title: string, body: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Holdfast</title>
<link rel="icon" href="/console/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/signin.css">
</head>
<body>
<main>
<p class="mark">Holdfast</p>
${body}
</main>
</body>
</html>
`
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
