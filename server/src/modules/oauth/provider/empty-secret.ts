import type { IncomingMessage } from 'node:http'

/**
 * Some public clients (oidc-agent) send `Authorization: Basic` with their id and an empty secret, which RFC 6749 section 2.3.1 lets mean
 * that there is none. They are then clients that name themselves and prove nothing: whoever has to prove something is refused all the same.
 * @returns the body, with the client's id in it
 */
export function withoutEmptySecret(request: IncomingMessage, form: URLSearchParams, body: Buffer): Buffer {
  const id = nameAlone(request.headers.authorization)
  if (id === undefined || form.has('client_secret') || form.has('client_assertion')) return body
  const named = form.getAll('client_id')
  if (named.some((each) => each !== id)) return body
  delete request.headers.authorization
  if (named.length > 0) return body
  form.set('client_id', id)
  return Buffer.from(form.toString())
}

/** @returns the user name of Basic credentials whose password is empty */
function nameAlone(authorization: string | undefined): string | undefined {
  const [, encoded] = /^basic ([A-Za-z0-9+/]+={0,2})$/i.exec(authorization ?? '') ?? []
  if (encoded === undefined) return undefined
  // Ids of clients are of these letters, so that nothing in them is encoded for the form.
  return /^([A-Za-z0-9._~-]{1,128}):$/.exec(Buffer.from(encoded, 'base64').toString('latin1'))?.[1]
}
