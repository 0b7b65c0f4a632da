import { readFileSync } from 'node:fs'

/** What real exporters sent, byte for byte: see `from` in the file. */
export interface Recorded {
  readonly name: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

export function recordedExports(): Recorded[] {
  const file = readFileSync(new URL('recorded-exporters.json', import.meta.url), 'utf8')
  const { requests } = JSON.parse(file) as {
    requests: { name: string; headers: Record<string, string>; body: string[] }[]
  }
  return requests.map(({ body, ...rest }) => ({ ...rest, body: Buffer.from(body.join(''), 'base64') }))
}
