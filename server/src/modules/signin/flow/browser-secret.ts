import { cookieValue } from '../../../platform/http/request.ts'
import type { Random } from '../../../platform/random.ts'

const name = '__Host-holdfast-passkey'

/** @returns what this browser was given when it asked for a challenge */
export function browserSecret(headers: Headers): string | undefined {
  const value = cookieValue(headers.get('cookie') ?? '', name)
  return value !== undefined && /^[A-Za-z0-9_-]{43}$/.test(value) ? value : undefined
}

/**
 * What a challenge is bound to before anybody is signed in, so that nobody's answer can be planted in another's browser. One
 * browser keeps its own, for its tabs to be used side by side.
 */
export function keepBrowserSecret(
  headers: Headers,
  random: Random,
): { readonly secret: string; readonly cookie: string } {
  const secret = browserSecret(headers) ?? Buffer.from(random.bytes(32)).toString('base64url')
  return { secret, cookie: `${name}=${secret}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=3600` }
}
