import { detailOf } from '../../../platform/errors.ts'
import { Html, html } from '../../../platform/http/html.ts'
import { type Accepted, ok, type Refused, type Reply } from '../../../platform/outcome.ts'
import { brandOf } from '../branding/current.ts'

export interface PageParts {
  readonly title: string
  readonly body: Html
  /** origins that the page's form may be redirected to: browsers hold `form-action` against redirects as well */
  readonly formTargets?: readonly string[] | undefined
  /** whose look the page has, where it leads to one */
  readonly application?: string | undefined
  /** a script of ours, by its path; it may ask this origin */
  readonly script?: string | undefined
  /** of a page that one stays at: what stands beside its matter, and above it */
  readonly frame?: { readonly nav: Html; readonly who: Html }
}

/** Nothing but its own style sheet, image and form is allowed, and the one script where there is one. */
export function page({ formTargets = [], ...parts }: PageParts, reply: Reply = {}): Accepted<Html> {
  const policy = [
    "default-src 'none'",
    ...(parts.script === undefined ? [] : ["script-src 'self'", "connect-src 'self'"]),
    "style-src 'self'",
    "img-src 'self'",
    ["form-action 'self'", ...formTargets].join(' '),
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ')
  // With `no-referrer` browsers would send `Origin: null` with the form, and it could not be told from another site's.
  const headers = { 'content-security-policy': policy, 'referrer-policy': 'same-origin', ...reply.headers }
  return ok(pageDocument(parts), { ...reply, headers })
}

/** The page alone, for whoever has a policy of their own; in the look of its tenant and of the application that it leads to. */
export function pageDocument({ title, body, application, script, frame }: Omit<PageParts, 'formTargets'>): Html {
  const { name, logo, style } = brandOf(application)
  const image = logo !== null && html`<img class="logo" src="${logo}" alt="${name}">`
  const mark = html`<p class="mark">${image === false ? name : image}</p>`
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · ${name}</title>
<link rel="icon" href="/console/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/signin.css">
${frame !== undefined && html`<link rel="stylesheet" href="/account.css">`}
${style !== null && html`<link rel="stylesheet" href="${style}">`}
${script !== undefined && html`<script type="module" src="${script}"></script>`}
</head>
${frame === undefined ? narrow(mark, body) : wide(mark, body, frame)}
</html>
`
}

function narrow(mark: Html, body: Html): Html {
  return html`<body>
<main>
${mark}
${body}
</main>
</body>`
}

function wide(mark: Html, body: Html, { nav, who }: NonNullable<PageParts['frame']>): Html {
  return html`<body class="wide">
<a class="skip" href="#main">Skip to the content</a>
<header>${mark}<div class="me">${who}</div></header>
<div class="columns">
${nav}
<main id="main">
${body}
</main>
</div>
</body>`
}

export interface Problem {
  readonly text: string
  readonly eventId: string | null
  /** the field that the person should look at */
  readonly field: string | null
}

export function problemOf(refused: Refused, eventId: string | undefined, field: string | null): Problem {
  return { text: detailOf(refused.error, refused.values), eventId: eventId ?? null, field }
}

/** Announced by screen readers as soon as the page is there. */
export function alert(problem: Problem | undefined): Html | false {
  if (problem === undefined) return false
  const event = problem.eventId !== null && html`<span class="event">Event <code>${problem.eventId}</code></span>`
  return html`<div class="problem" role="alert" id="problem"><p>${problem.text}</p>${event}</div>`
}

export interface Field {
  readonly name: string
  readonly label: string
  readonly type: 'email' | 'text' | 'password'
  /** WHATWG HTML, section 4.10.18.7: what lets password managers fill the form in */
  readonly autocomplete: string
  readonly value?: string
  readonly hint?: string
  /** digits, for which telephones have a keyboard */
  readonly numeric?: boolean
  readonly focus: boolean
  readonly problem?: Problem | undefined
}

export function field({ name, label, type, autocomplete, value = '', hint, numeric, focus, problem }: Field): Html {
  const wrong = problem?.field === name
  const described = [hint !== undefined && `${name}-hint`, wrong && 'problem'].filter((id) => id !== false).join(' ')
  const attributes = [
    described !== '' && html` aria-describedby="${described}"`,
    wrong && html` aria-invalid="true"`,
    focus && html` autofocus`,
    type === 'email' && html` autocapitalize="none" spellcheck="false"`,
    numeric === true && html` inputmode="numeric" autocapitalize="none" spellcheck="false"`,
  ]
  return html`<div class="field">
<label for="${name}">${label}</label>
<input id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}" value="${value}" required${attributes}>
${hint !== undefined && html`<p class="hint" id="${name}-hint">${hint}</p>`}
</div>`
}

export function hidden(name: string, value: string): Html {
  return html`<input type="hidden" name="${name}" value="${value}">`
}

export function hiddenAll(fields: Readonly<Record<string, string>>): readonly Html[] {
  return Object.entries(fields).map(([name, value]) => hidden(name, value))
}
