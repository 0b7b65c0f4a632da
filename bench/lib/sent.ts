import type { BenchRequest } from './crs-requests.ts'

/** As inspection takes a request. */
export interface Sent {
  readonly method: string
  readonly target: string
  readonly headers: readonly string[]
  readonly body: Uint8Array
}

export function sent({ head, body }: BenchRequest): Sent {
  const { method, target } = head
  const headers = head.headers.flat()
  if (body !== '' && !headers.includes('Content-Length')) headers.push('Content-Length', String(body.length))
  return { method, target, headers, body: Buffer.from(body) }
}
