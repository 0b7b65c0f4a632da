import { AGENT_DETECTORS, type Bytes, bytesOf, DETECTORS, type Detector, type Place } from '@holdfast/detectors'
import type { Header } from '@holdfast/seclang'

/** Where a text is put into a request. */
export type Part = 'query' | 'form' | 'multipart' | 'json' | 'header' | 'agent' | 'cookie' | 'path' | 'document' | 'raw'

/** One text in its place: what a structural detector is given of it, and the request that a rule set is given. */
export interface Sample {
  /** Row of the table. */
  readonly kind: string
  readonly text: string
  readonly values: readonly Bytes[]
  readonly place: Place
  /** Those that look where the text stands: a User-Agent is also asked whether it is a scanner's. */
  readonly detectors: readonly Detector[]
  readonly method: 'GET' | 'POST'
  readonly target: string
  readonly headers: readonly Header[]
  readonly body: Bytes
}

const BOUNDARY = 'holdfast-boundary'

/** Makes the request that carries `text`. `written` is how it is spelled in query, form and path; else it is percent-encoded. */
export function place(kind: string, text: string, part: Part, written: string = encodeURIComponent(text)): Sample {
  const bytes = bytesOf(text)
  const get = {
    kind,
    text,
    method: 'GET',
    target: '/',
    headers: HEADERS,
    body: '',
    values: [bytes],
    place: {},
    detectors: DETECTORS,
  } as const
  const post = (type: string, body: Bytes, values: readonly Bytes[] = [bytes], place: Place = {}): Sample => {
    const length: Header = ['Content-Length', String(body.length)]
    return { ...get, method: 'POST', headers: [...HEADERS, ['Content-Type', type], length], body, values, place }
  }
  switch (part) {
    case 'query':
      return { ...get, target: `/?text=${written}`, values: [decoded(written)], place: { form: true } }
    case 'path':
      return { ...get, target: `/${written}`, values: [`/${written}`, ...written.split('/')].map(decoded) }
    case 'form':
      return post('application/x-www-form-urlencoded', `text=${written}`, [decoded(written)], { form: true })
    case 'multipart':
      return post(
        `multipart/form-data; boundary=${BOUNDARY}`,
        `--${BOUNDARY}\r\nContent-Disposition: form-data; name="text"\r\n\r\n${bytes}\r\n--${BOUNDARY}--\r\n`,
      )
    case 'json':
      return post('application/json', bytesOf(JSON.stringify({ text })))
    case 'document': {
      const leaves = leavesOf(text)
      return leaves === undefined ? place(kind, text, 'form') : post('application/json', bytes, leaves.map(bytesOf))
    }
    case 'raw':
      return post('text/plain', bytes)
    case 'header':
      return { ...get, headers: [...HEADERS, ['X-Text', bytes]] }
    case 'agent':
      return {
        ...get,
        headers: [...HEADERS.filter(([name]) => name !== 'User-Agent'), ['User-Agent', bytes]],
        detectors: AGENT_DETECTORS,
      }
    case 'cookie':
      break
  }
  return { ...get, headers: [...HEADERS, ['Cookie', bytes]], values: cookiesOf(bytes) }
}

/** What a browser sends; without them rules about missing headers would judge. */
const HEADERS: readonly Header[] = [
  ['Host', 'www.example.com'],
  ['User-Agent', 'Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0'],
  ['Accept', '*/*'],
]

function cookiesOf(header: Bytes): readonly Bytes[] {
  return header.split('; ').map((pair) => decoded(pair.slice(pair.indexOf('=') + 1)))
}

/** One percent-decoding, as every server does it; an escape that is none stays. */
function decoded(written: string): Bytes {
  return bytesOf(written).replace(/%([0-9A-Fa-f]{2})/g, (_, byte: string) => String.fromCharCode(parseInt(byte, 16)))
}

/** Names and strings of a JSON document; undefined where the text is none. */
function leavesOf(text: string): readonly string[] | undefined {
  const leaves: string[] = []
  try {
    JSON.parse(text, (name, value: unknown) => {
      leaves.push(name, ...(typeof value === 'string' ? [value] : []))
      return value
    })
  } catch {
    return undefined
  }
  return leaves
}
