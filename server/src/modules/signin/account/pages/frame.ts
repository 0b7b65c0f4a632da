import { html, type Html } from '../../../../platform/http/html.ts'
import type { Accepted, Reply } from '../../../../platform/outcome.ts'
import { alert, page, type Problem } from '../../pages/layout.ts'
import { noticeOf } from '../notices.ts'
import type { Owner } from '../own.ts'

const places = [
  ['/account', 'Profile'],
  ['/account/password', 'Password'],
  ['/account/security', 'Second factors'],
  ['/account/linked', 'Linked accounts'],
  ['/account/sessions', 'Devices'],
  ['/account/applications', 'Applications'],
  ['/account/data', 'Your data'],
] as const

export type Place = (typeof places)[number][0]

export interface AccountPage {
  readonly at: Place
  readonly owner: Pick<Owner, 'person' | 'operates'>
  readonly body: Html
  /** what was done, by the key of its notice */
  readonly done?: string | undefined
  readonly problem?: Problem | undefined
  readonly script?: string | undefined
}

/** A page of the account: where one is, who one is, what was just done or refused, and the matter. */
export function accountPage(
  { at, owner, body, done, problem, script }: AccountPage,
  reply: Reply = {},
): Accepted<Html> {
  const title = places.find(([path]) => path === at)?.[1] ?? ''
  const notice = problem === undefined ? noticeOf(done) : undefined
  const nav = html`<nav aria-label="Account"><ul>
${places.map(
  ([path, name]) => html`<li><a href="${path}"${path === at && html` aria-current="page"`}>${name}</a></li>`,
)}
${owner.operates && html`<li class="out"><a href="/console/">Console</a></li>`}
</ul></nav>`
  const who = html`<p class="who"><strong>${owner.person.name}</strong> <span>${owner.person.email}</span></p>
<form method="post" action="/sign-out"><button type="submit" class="second">Sign out</button></form>`
  const whole = html`<h1>${title}</h1>
${notice !== undefined && html`<p class="note done" role="status">${notice}</p>`}
${alert(problem)}
${body}`
  return page({ title, body: whole, script, frame: { nav, who } }, reply)
}

/** A part of a page, named by its heading. */
export function section(id: string, title: string, body: Html): Html {
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>
${body}
</section>`
}

/** What somebody must have shown lately, and has not: where they show it. */
export function confirmFirst(href: string): Html {
  return html`<p class="note">To change anything here, show that it is you: your sign-in is older than a quarter of an hour, or shows less
than you have. <a href="${href}">Confirm that it is you</a></p>`
}

/** One button that posts. @param does for screen readers, where the label alone does not say on what */
export function postButton(
  action: string,
  label: string,
  { does, kind = 'second', fields }: { does?: string; kind?: string; fields?: readonly Html[] } = {},
): Html {
  return html`<form method="post" action="${action}">${fields}<button type="submit" class="${kind}"${
    does !== undefined && html` aria-label="${does}"`
  }>${label}</button></form>`
}

/** An act that is asked about before it is done, without a script. */
export function asked(label: string, does: string, what: Html): Html {
  return html`<details class="ask"><summary aria-label="${does}">${label}</summary><div>${what}</div></details>`
}
