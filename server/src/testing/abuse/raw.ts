import { request } from 'node:http'

export interface Raw {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

/** A request as no library sends it: any Host, any header twice, a body of any kind. Follows nothing, keeps nothing. */
export function raw(
  at: string,
  path: string,
  more: {
    readonly method?: string
    readonly headers?: Readonly<Record<string, string | string[]>>
    readonly body?: string
  } = {},
): Promise<Raw> {
  const { method = more.body === undefined ? 'GET' : 'POST', headers = {}, body } = more
  const { hostname, port } = new URL(at)
  return new Promise((resolve, reject) => {
    const type = {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': Buffer.byteLength(body ?? ''),
    }
    const sent = request(
      { hostname, port, path, method, agent: false, headers: { ...(body !== undefined && type), ...headers } },
      (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('error', reject)
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            text: Buffer.concat(chunks).toString('utf8'),
          }),
        )
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}
