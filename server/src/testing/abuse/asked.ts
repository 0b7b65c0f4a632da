import { createHash } from 'node:crypto'

export const verifier: string = 'v'.repeat(43)
export const challenge: string = createHash('sha256').update(verifier).digest('base64url')

/** A request of the client `app` as it should be. */
export const asked = {
  client_id: 'app',
  redirect_uri: 'https://app.example/callback',
  response_type: 'code',
  scope: 'openid',
  state: 'mine',
  code_challenge: challenge,
  code_challenge_method: 'S256',
}

/** With other parameters, or without those that are undefined. */
export function fieldsOf(more: Readonly<Record<string, string | undefined>> = {}): Record<string, string> {
  const all = Object.entries({ ...asked, ...more })
  return Object.fromEntries(all.filter((pair): pair is [string, string] => pair[1] !== undefined))
}

export const request = (more: Readonly<Record<string, string | undefined>> = {}): string =>
  `/oauth/authorize?${new URLSearchParams(fieldsOf(more)).toString()}`

/** What a redirect says, in its query or its fragment. */
export function answerOf(to: string | null | undefined): Record<string, string> {
  const url = new URL(to ?? '', 'http://localhost')
  return Object.fromEntries([...url.searchParams, ...new URLSearchParams(url.hash.slice(1))])
}
