import type { Header } from '@holdfast/seclang'

/** What a backend answers. */
export interface Answer {
  readonly status: number
  readonly headers: readonly Header[]
  /** Bytes in latin1. */
  readonly body: string
}

/** The backend of the regression tests: `/reflect` answers what the body says (status, headers, body, encodedBody), all else 200. */
export function reflect(target: string, body: string): Answer {
  const plain: Answer = { status: 200, headers: [['Content-Type', 'text/plain']], body: '' }
  if (!/^(?:https?:\/\/[^/]*)?\/reflect\b/.test(target)) return plain
  const wanted = parsed(Buffer.from(body, 'latin1').toString('utf8'))
  if (wanted === undefined) return { ...plain, status: 400 }
  const headers = Object.entries(wanted.headers ?? {})
  const typed = headers.some(([name]) => name.toLowerCase() === 'content-type')
  const text =
    wanted.encodedBody === undefined
      ? Buffer.from(wanted.body ?? '', 'utf8')
      : Buffer.from(wanted.encodedBody, 'base64')
  return {
    status: wanted.status ?? 200,
    headers: typed ? headers : [...headers, ['Content-Type', 'text/plain']],
    body: text.toString('latin1'),
  }
}

interface Wanted {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly encodedBody?: string
}

function parsed(text: string): Wanted | undefined {
  try {
    return JSON.parse(text) as Wanted
  } catch {
    return undefined
  }
}
