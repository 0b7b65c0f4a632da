import { html } from 'hono/html'
import type { Html, Visit } from './types.ts'

/** The frame of every page. What stands in `${}` is escaped; only what hono/html made itself is not. */
export function layout(visit: Visit, title: string, body: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · The Small Shop</title>
<link rel="stylesheet" href="/assets/shop.css">
<link rel="icon" href="/assets/shop.svg" type="image/svg+xml">
</head>
<body>
${visit.warning === null ? '' : html`<p class="warning">${visit.warning}</p>`}
<header>
<a class="brand" href="/">The Small Shop</a>
<nav>${visit.viewer === null ? signIn(visit) : account(visit)}</nav>
</header>
<main>
${body}
</main>
<footer>${visit.footer}</footer>
</body>
</html>`
}

function signIn(visit: Visit): Html {
  return html`<a href="${visit.signIn}">Sign in</a>`
}

function account(visit: Visit): Html {
  return html`<a href="/account">${visit.viewer?.name ?? ''}</a>
<form method="post" action="${visit.signOut}"><button class="plain">Sign out</button></form>`
}

/** A page with one sentence: what was refused or what is missing. */
export function messagePage(visit: Visit, title: string, text: string): Html {
  return layout(visit, title, html`<h1>${title}</h1><p>${text}</p><p><a href="/">Back to the shop</a></p>`)
}
