import type { WireRequest } from './place.ts'

/** A value of a request, as a backend would read it once: bytes, and where it stood. */
export interface Value {
  readonly text: string
  readonly agent: boolean
  /** The name of a field, not its value. */
  readonly name: boolean
}

/** Names and values of a request: of its path, query, fields and body. */
export function valuesOf({ target, headers, body }: WireRequest): Value[] {
  const [path = '', query] = target.split(/\?(.*)/s)
  const fields = headers.map(([name, value]) => ({
    text: value,
    agent: name.toLowerCase() === 'user-agent',
    name: false,
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

function value(text: string, name = false): Value {
  return { text, agent: false, name }
}

function unescaped(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, byte: string) => String.fromCharCode(Number.parseInt(byte, 16)))
}

function pairs(text: string): Value[] {
  if (text === '') return []
  return text
    .split('&')
    .flatMap((pair) => pair.split(/=(.*)/s).map((part, at) => value(unescaped(part.replaceAll('+', ' ')), at === 0)))
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
    return [value(name, true), value(content.join('\n\n').replace(/\r?\n$/, ''))]
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
  if (typeof node === 'string') return [value(bytes(node))]
  if (Array.isArray(node)) return node.flatMap(leaves)
  if (typeof node === 'object' && node !== null)
    return Object.entries(node).flatMap(([name, each]) => [value(bytes(name), true), ...leaves(each)])
  return []
}

function bytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}
