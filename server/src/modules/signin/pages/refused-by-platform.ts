import { html } from '../../../platform/http/html.ts'
import type { RefusalForm } from '../../../platform/http/route.ts'
import { page } from './layout.ts'

/**
 * What is refused before a page's own handler is asked (too often, from another site, without a database): a page for people,
 * with what happened, its event and a way on; problem details for programs.
 */
export const pageRefusal: RefusalForm = (problem, { headers }) => {
  if (!(headers.get('accept') ?? '').includes('text/html')) {
    return { media: 'application/problem+json', body: JSON.stringify(problem) }
  }
  const { title, detail, eventId, requestId } = problem
  const id = eventId === undefined ? html`Request <code>${requestId}</code>` : html`Event <code>${eventId}</code>`
  const body = html`<h1>${title}</h1>
<div class="problem" role="alert"><p>${detail}</p><span class="event">${id}</span></div>
<p class="links"><a href="/">To the start page</a></p>`
  const { value, reply } = page({ title, body })
  return { media: 'text/html; charset=utf-8', body: value.text, ...(reply.headers && { headers: reply.headers }) }
}
