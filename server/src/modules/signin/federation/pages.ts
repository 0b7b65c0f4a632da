import { html, type Html } from '../../../platform/http/html.ts'
import type { Accepted, Reply } from '../../../platform/outcome.ts'
import { alert, page, type Problem } from '../pages/layout.ts'
import type { ShownOffer } from './offer-to-link.ts'

/** Somebody came with an account that is nobody's here: what they can do about it. The same for everybody. */
export function offerPage({ name, label }: ShownOffer, signIn: string): Accepted<Html> {
  const body = html`<h1>Not connected yet</h1>
<p class="lead">The ${name} account <strong>${label}</strong> is not connected to an account here.</p>
<p>If you have an account here, sign in to it as you usually do, to show that it is yours. Then you can connect the two, and
sign in with ${name} from the next time on.</p>
<p class="links"><a class="on" href="${signIn}">Sign in as usual</a></p>
<p>If you have none, ask whoever runs this for an invitation.</p>`
  return page({ title: 'Not connected yet', body })
}

/** Whoever has signed in since says that the two belong together. */
export function connectPage(
  { name, label }: ShownOffer,
  person: { readonly name: string; readonly email: string },
  problem?: Problem,
  reply: Reply = {},
): Accepted<Html> {
  const body = html`<h1>Connect ${name}?</h1>
<p class="lead">You are signed in as <strong>${person.name}</strong> (${person.email}).</p>
<p>Whoever can sign in to the ${name} account <strong>${label}</strong> will be able to sign in to this account.</p>
${alert(problem)}
<form method="post" action="/sign-in/connect">
<button type="submit">Connect</button>
</form>
<p class="links"><a href="/">Not now</a></p>`
  return page({ title: `Connect ${name}?`, body }, reply)
}

/** A link instead of a redirect: browsers hold the policy for forms against redirects too. */
export function leavingPage(name: string, url: string, reply: Reply): Accepted<Html> {
  const body = html`<h1>Continue at ${name}</h1>
<p class="lead">Sign in there with the account that you want to connect.</p>
<p class="links"><a class="on" href="${url}">Continue to ${name}</a></p>`
  return page({ title: `Continue at ${name}`, body }, reply)
}

/** What came back from a provider was not taken; and a way on. */
export function upstreamRefusedPage(title: string, problem: Problem, reply: Reply): Accepted<Html> {
  const body = html`<h1>${title}</h1>
${alert(problem)}
<p class="links"><a class="on" href="/sign-in">Go to sign-in</a></p>`
  return page({ title, body }, reply)
}
