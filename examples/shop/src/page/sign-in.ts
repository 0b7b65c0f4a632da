import { html } from 'hono/html'
import { layout } from './layout.ts'
import type { Html, Visit } from './types.ts'

/**
 * The naive shop's own sign-in; the guarded one has none, because Holdfast does that for it.
 * @param returnTo where the visitor goes from there
 */
export function signInPage(visit: Visit, returnTo: string): Html {
  return layout(
    visit,
    'Sign in',
    html`<h1>Sign in</h1>
<form class="write" method="post" action="/login?return=${encodeURIComponent(returnTo)}">
<label for="email">E-mail</label><input id="email" name="email" type="text">
<label for="password">Password</label><input id="password" name="password" type="password">
<button>Sign in</button>
</form>`,
  )
}
