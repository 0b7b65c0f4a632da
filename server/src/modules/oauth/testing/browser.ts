import { expect } from 'vitest'
import { type Credentials, type Visitor, visitor } from '../../../testing/visitor.ts'

/**
 * Goes where an authorization request leads, as a browser does: signs in at the page where it must.
 * @param at the control plane
 * @returns the address at which the client is called back
 */
export async function authorize(
  at: string,
  url: URL,
  redirectUri: string,
  person: Pick<Credentials, 'email' | 'password'>,
  browser: Visitor = visitor(at),
): Promise<URL> {
  let path = url.pathname + url.search
  for (let hops = 0; hops < 12; hops += 1) {
    const page = await browser.get(path)
    const to = page.headers.get('location')
    if (to === null) {
      expect(page.status, page.text).toBe(200)
      const { status, headers, text } = await submit(browser, path, page.text, person)
      expect(status, text).toBe(303)
      path = headers.get('location') ?? ''
    } else path = to
    if (path.startsWith(redirectUri)) return new URL(path)
    const next = new URL(path, at)
    expect(next.origin).toBe(new URL(at).origin)
    path = next.pathname + next.search
  }
  throw new Error('it leads in a circle')
}

/** Sends the form of a page, with its hidden fields: a sign-in, or a consent that is given. */
async function submit(browser: Visitor, path: string, text: string, person: Pick<Credentials, 'email' | 'password'>) {
  const fields = [...text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)]
  const form = Object.fromEntries(fields.map(([, name = '', value = '']) => [name, value.replaceAll('&amp;', '&')]))
  if (path.startsWith('/oauth/consent/')) return browser.post(path, { ...form, decision: 'allow' })
  return browser.post('/sign-in', { ...form, username: person.email, password: person.password })
}
