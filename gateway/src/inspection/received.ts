import type { RequestHead as Received } from '@holdfast/inspection'
import type { RequestHead } from '@holdfast/sdk/edge/guard'

/** A request as the upstream will see it. */
export const receivedBy = (head: RequestHead, cookie: string | null, authorization: string | null): Received => ({
  method: head.method,
  target: head.target.raw,
  headers: forwarded(head, cookie, authorization),
})

/** Names and values by turns. */
function forwarded(head: RequestHead, cookie: string | null, authorization: string | null): string[] {
  const { fields, accept, userAgent, framing } = head
  const all = [...fields]
  if (accept !== '') all.push('Accept', accept)
  if (userAgent !== null) all.push('User-Agent', userAgent)
  if (authorization !== null) all.push('Authorization', authorization)
  if (cookie !== null) all.push('Cookie', cookie)
  if (framing.kind === 'length') all.push('Content-Length', String(framing.bytes))
  else if (framing.kind === 'chunked') all.push('Transfer-Encoding', 'chunked')
  return all
}
