import type { WireRequest } from './place.ts'

/** A value of a request, as a backend would read it once: bytes, and where it stood. */
export interface Value {
  readonly text: string
  readonly form: boolean
  readonly agent: boolean
}

/** Names and values of a request: of its path, query, fields and body. */
export function valuesOf({ target, headers, body }: WireRequest): Value[] {
  const [path = '', query] = target.split(/\?(.*)/s)
  const fields = headers.map(([name, value]) => ({
    text: value,
    form: false,
    agent: name.toLowerCase() === 'user-agent',
  }))
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? ''
  return [
    value(unescaped(path)),
    value(unescaped(path.slice(1))),
    ...pairs(query ?? ''),
    ...fields,
    ...bodyValues(type, body),
  ]
}

function value(text: string, form = false): Value {
  return { text, form, agent: false }
}

function unescaped(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, byte: string) => String.fromCharCode(Number.parseInt(byte, 16)))
}

function pairs(text: string): Value[] {
  if (text === '') return []
  return text
    .split('&')
    .flatMap((pair) => pair.split(/=(.*)/s).map((part) => value(unescaped(part.replaceAll('+', ' ')))))
}

function bodyValues(type: string, body: string): Value[] {
  if (body === '') return []
  if (type.startsWith('application/x-www-form-urlencoded')) return pairs(body)
  if (type.startsWith('multipart/form-data')) return parts(body)
  if (type.includes('json')) return json(body)
  if (type.includes('xml'))
    return [value(body), ...[...body.matchAll(/>([^<]+)</g)].map((match) => value(match[1] ?? ''))]
  return [value(body.replace(/\n$/, ''))]
}

function parts(body: string): Value[] {
  return body.split(/--[\w]+(?:--)?\r?\n?/).flatMap((part) => {
    const [head = '', ...content] = part.split(/\r?\n\r?\n/)
    const name = /name="([^\r\n]*)"/.exec(head)?.[1] ?? ''
    return [value(name), value(content.join('\n\n').replace(/\r?\n$/, ''))]
  })
}

/** All names and texts; what is no JSON is read as it is. */
function json(body: string): Value[] {
  try {
    return leaves(JSON.parse(Buffer.from(body, 'latin1').toString('utf8')))
  } catch {
    return [value(body)]
  }
}

function leaves(node: unknown): Value[] {
  if (typeof node === 'string') return [value(Buffer.from(node, 'utf8').toString('latin1'))]
  if (Array.isArray(node)) return node.flatMap(leaves)
  if (typeof node === 'object' && node !== null)
    return Object.entries(node).flatMap(([name, each]) => [...leaves(name), ...leaves(each)])
  return []
}
