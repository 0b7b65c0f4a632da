import { HOLDFAST_IDENTITY_HEADER, HOLDFAST_NONCE_HEADER, HOLDFAST_REQUEST_HEADER } from '@holdfast/bundle'
import type { RequestHead } from '@holdfast/sdk/edge/guard'

export interface Assertions {
  /** Address of the client, as the gateway knows it. */
  readonly address: string
  /** The signed identity token. */
  readonly identity: string
  /** The gateway's id of the request. */
  readonly requestId: string
  /** Cookies that are not ours, or null. */
  readonly cookie: string | null
  /** The Authorization field when it is not ours to read, or null. */
  readonly authorization: string | null
  /** The DPoP field likewise. */
  readonly dpop: string | null
  /** For the scripts of the answer; empty where there is none. */
  readonly nonce: string
}

/**
 * Writes the head of the request to the upstream: the checked target byte for byte, the fields that may go on, and what
 * only the gateway may say. The Host stays the one that the client named, because applications build links from it.
 */
export function writeRequestHead(head: RequestHead, assertions: Assertions): string {
  const { address, identity, requestId, cookie, authorization, dpop, nonce } = assertions
  const { method, target, host, scheme, framing, fields } = head
  let text = `${method} ${target.raw} HTTP/1.1\r\nHost: ${host}\r\n`
  for (let i = 0; i < fields.length; i += 2) text += `${fields[i] ?? ''}: ${fields[i + 1] ?? ''}\r\n`
  if (head.accept !== '') text += `Accept: ${head.accept}\r\n`
  if (head.userAgent !== null) text += `User-Agent: ${head.userAgent}\r\n`
  if (head.origin !== null) text += `Origin: ${head.origin}\r\n`
  if (head.fetchSite !== null) text += `Sec-Fetch-Site: ${head.fetchSite}\r\n`
  if (cookie !== null) text += `Cookie: ${cookie}\r\n`
  if (authorization !== null) text += `Authorization: ${authorization}\r\n`
  if (dpop !== null) text += `DPoP: ${dpop}\r\n`
  if (framing.kind === 'length') text += `Content-Length: ${framing.bytes}\r\n`
  else if (framing.kind === 'chunked') text += 'Transfer-Encoding: chunked\r\n'
  if (head.upgrade) text += 'Connection: Upgrade\r\nUpgrade: websocket\r\n'
  if (nonce !== '') text += `${nonceHeader}: ${nonce}\r\n`
  const node = address.includes(':') ? `"[${address}]"` : address
  return (
    `${text}X-Forwarded-For: ${address}\r\nX-Forwarded-Host: ${host}\r\nX-Forwarded-Proto: ${scheme}\r\n` +
    `Forwarded: for=${node};host="${host}";proto=${scheme}\r\nVia: 1.1 holdfast\r\n` +
    `${identityHeader}: ${identity}\r\n${requestHeader}: ${requestId}\r\n\r\n`
  )
}

/** `Holdfast-Identity`: the constants are lower case, as Node reads them. */
const written = (name: string): string => name.replaceAll(/(?:^|-)[a-z]/g, (start) => start.toUpperCase())
const identityHeader = written(HOLDFAST_IDENTITY_HEADER)
const nonceHeader = written(HOLDFAST_NONCE_HEADER)
const requestHeader = written(HOLDFAST_REQUEST_HEADER)
