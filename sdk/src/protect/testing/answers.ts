import { createHash } from 'node:crypto'

/** What the applications of the tests answer, whatever framework they stand on. */
export const TRACE = 'Error: no\n    at place (/srv/app/orders.js:12:9)\n    at async handle (/srv/app/http.js:40:3)\n'
export const PAGE = (nonce: string) => `<!doctype html><script nonce="${nonce}">1</script>`
export const EVENTS = ['data: one\n\n', 'data: two\n\n']
export const ETAG = '"1"'

export interface Summed {
  readonly bytes: number
  readonly sha256: string
}

/** Reads a stream of bytes as it comes. */
export async function sum(stream: AsyncIterable<Uint8Array>): Promise<Summed> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of stream) {
    hash.update(chunk)
    bytes += chunk.length
  }
  return { bytes, sha256: hash.digest('hex') }
}
