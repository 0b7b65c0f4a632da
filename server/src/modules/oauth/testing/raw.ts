import { Agent, request } from 'node:http'

export interface RawAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly text: string
}

/** Sends a request as it is written: no library puts anything right. */
export function rawSender(): {
  post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<RawAnswer>
  close(): void
} {
  const agent = new Agent({ keepAlive: true })
  return {
    post: (url, headers, body) =>
      new Promise((resolve, reject) => {
        const options = { method: 'POST', agent, headers: { ...headers, 'content-length': Buffer.byteLength(body) } }
        const asked = request(url, options, (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('error', reject)
          response.on('end', () => {
            const { statusCode: status = 0, headers } = response
            resolve({ status, headers, text: Buffer.concat(chunks).toString() })
          })
        })
        asked.on('error', reject)
        asked.end(body)
      }),
    close: () => agent.destroy(),
  }
}
