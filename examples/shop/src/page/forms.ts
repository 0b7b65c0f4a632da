import { html } from 'hono/html'
import type { Html, Visit } from './types.ts'

/** The hidden fields of a form. */
export function hidden(fields: Readonly<Record<string, string>>): Html[] {
  return Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)
}

/** A button of one act, as a form: it works without JavaScript. */
export function act(visit: Visit, action: string, label: string): Html {
  return html`<form method="post" action="${action}">${hidden(visit.hidden)}<button class="plain">${label}</button></form>`
}
