import { html, type Html } from '../../../platform/http/html.ts'
import type { Accepted, Reply } from '../../../platform/outcome.ts'
import { alert, field, hidden, page, type Problem } from '../pages/layout.ts'
import { home } from '../return-path.ts'

const hiddenReturn = (returnTo: string) => returnTo !== home && hidden('return', returnTo)

/** Ask for a link. */
export function askPage(
  {
    email,
    returnTo,
    tenant,
    problem,
  }: {
    readonly email: string
    readonly returnTo: string
    /** short name of the one that was asked for */
    readonly tenant?: string | undefined
    readonly problem?: Problem | undefined
  },
  reply: Reply = {},
): Accepted<Html> {
  const body = html`<h1>Forgot your password?</h1>
<p class="lead">Enter your e-mail address. If there is an account with it, a link to choose a new password is sent there.</p>
${alert(problem)}
<form method="post" action="/recover">
${hiddenReturn(returnTo)}${tenant !== undefined && hidden('tenant', tenant)}
${field({ name: 'email', label: 'E-mail address', type: 'email', autocomplete: 'username', value: email, focus: true, problem })}
<button type="submit">Send the link</button>
</form>
<p class="links"><a href="/sign-in">Back to sign-in</a></p>`
  return page({ title: 'Forgot your password?', body }, reply)
}

/** The same for whoever asks for whatever address. */
export function askedPage(minutes: number): Accepted<Html> {
  const body = html`<h1>Look into your mailbox</h1>
<p class="lead">If there is an account with this address, a link is on its way. It works once, for ${minutes} minutes.</p>
<p>No letter? Look for it among the unwanted ones, or whether the address is the right one.</p>
<p class="links"><a href="/sign-in">Back to sign-in</a></p>`
  return page({ title: 'Look into your mailbox', body })
}

export function newPasswordPage(
  view: {
    readonly token: string
    readonly email: string
    readonly returnTo: string
    readonly hint: string
    readonly problem?: Problem | undefined
  },
  reply: Reply = {},
): Accepted<Html> {
  const { token, email, returnTo, hint, problem } = view
  const body = html`<h1>Choose a new password</h1>
<p class="lead">for <strong>${email}</strong>. You are signed out everywhere, and sign in with it afterwards; your second factor
stays as it is.</p>
${alert(problem)}
<form method="post" action="/recover/new">
${hidden('token', token)}
${hiddenReturn(returnTo)}
<input type="hidden" name="username" autocomplete="username" value="${email}">
${field({ name: 'password', label: 'New password', type: 'password', autocomplete: 'new-password', hint, focus: true, problem })}
${field({ name: 'again', label: 'The same again', type: 'password', autocomplete: 'new-password', focus: false, problem })}
<button type="submit">Set the password</button>
</form>`
  return page({ title: 'Choose a new password', body }, reply)
}

export function recoveredPage(signIn: string): Accepted<Html> {
  const body = html`<h1>Your password was changed</h1>
<p class="lead">All sessions were ended. Sign in with the new password.</p>
<p class="links"><a class="on" href="${signIn}">Sign in</a></p>`
  return page({ title: 'Your password was changed', body })
}

/** Following a link does nothing by itself: mail programs follow links too. */
export function confirmPage(token: string): Accepted<Html> {
  const body = html`<h1>Confirm your e-mail address</h1>
<form method="post" action="/verify-email">
${hidden('token', token)}
<button type="submit">Confirm</button>
</form>`
  return page({ title: 'Confirm your e-mail address', body })
}

export function confirmedPage(email: string): Accepted<Html> {
  const body = html`<h1>Your address is confirmed</h1>
<p class="lead"><strong>${email}</strong> is the address of your account.</p>
<p class="links"><a class="on" href="/sign-in">Continue</a></p>`
  return page({ title: 'Your address is confirmed', body })
}
