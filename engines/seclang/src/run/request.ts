import { C } from '../target/collections.ts'
import { percentDecode } from '../transform/url.ts'
import type { Header, RequestHead } from '../types.ts'
import { readPairs } from '../body/urlencoded.ts'
import { bytesOf } from './bytes.ts'
import type { State } from './state.ts'

/** Puts the head of a request where rules can see it. */
export function readHead(state: State, head: RequestHead): void {
  const { headers } = head
  const [method, target, protocol] = [bytesOf(head.method), bytesOf(head.target), bytesOf(head.protocol)]
  // An absolute target names the host again: the path begins behind it (RFC 9112, section 3.2.2).
  const whole = target.replace(/^https?:\/\/[^/?#]*/i, '')
  const uri = whole.split('#', 1)[0] ?? ''
  const question = uri.indexOf('?')
  // As a file name it is what a server makes of it: escapes are resolved, `+` is itself.
  const path = percentDecode(question < 0 ? uri : uri.slice(0, question))
  const query = question < 0 ? '' : uri.slice(question + 1)
  state.add(C.REQUEST_LINE, '', bytesOf(head.line ?? `${method} ${target} ${protocol}`))
  state.add(C.REQUEST_METHOD, '', method)
  state.add(C.REQUEST_PROTOCOL, '', protocol)
  state.add(C.REQUEST_URI_RAW, '', target)
  state.add(C.REQUEST_URI, '', uri)
  state.add(C.REQUEST_FILENAME, '', path)
  state.add(C.REQUEST_BASENAME, '', path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1))
  state.add(C.QUERY_STRING, '', query)
  for (const header of headers) {
    const [name, value] = [bytesOf(header[0]), bytesOf(header[1])]
    state.add(C.REQUEST_HEADERS, name, value)
    state.add(C.REQUEST_HEADERS_NAMES, name, name)
    if (name.length === 6 && name.toLowerCase() === 'cookie') readCookies(state, value)
  }
  readQuery(state, query)
  state.processor = processorOf(headers)
}

/** RFC 6265, section 5.4: `a=b; c=d`. */
function readCookies(state: State, header: string): void {
  for (const part of header.split(';')) {
    const text = part.trimStart()
    if (text === '') continue
    if ((state.entries[C.REQUEST_COOKIES]?.length ?? 0) >= state.limits.cookies)
      return bodyError(state, 'too many cookies')
    const equals = text.indexOf('=')
    const name = equals < 0 ? text : text.slice(0, equals)
    state.add(C.REQUEST_COOKIES, name, equals < 0 ? '' : text.slice(equals + 1))
    state.add(C.REQUEST_COOKIES_NAMES, name, name)
  }
}

function readQuery(state: State, query: string): void {
  const { pairs, tooMany, broken } = readPairs(query, state.program.settings.argumentSeparator, state.limits.arguments)
  for (const { name, value } of pairs) {
    state.add(C.ARGS_GET, name, value)
    state.add(C.ARGS_GET_NAMES, name, name)
  }
  if (broken) state.scalars.set('URLENCODED_ERROR', '1')
  if (tooMany) bodyError(state, 'too many arguments')
}

/** What a body of this media type is read as, unless a rule says otherwise (`ctl:requestBodyProcessor`). */
function processorOf(headers: readonly Header[]): string {
  const type = headers.find(([name]) => name.length === 12 && name.toLowerCase() === 'content-type')?.[1] ?? ''
  const media = (type.split(';', 1)[0] ?? '').trim().toLowerCase()
  if (media === 'application/x-www-form-urlencoded') return 'URLENCODED'
  if (media === 'multipart/form-data') return 'MULTIPART'
  if (/^(?:application|text)\/json$|^application\/[^/]*\+json$/.test(media)) return 'JSON'
  return /^(?:application|text)\/xml$|^[^/]+\/[^/]*\+xml$/.test(media) ? 'XML' : ''
}

/** REQBODY_ERROR and its siblings. */
export function bodyError(state: State, message: string): void {
  state.scalars.set('REQBODY_ERROR', '1')
  state.scalars.set('REQBODY_ERROR_MSG', message)
  state.scalars.set('REQBODY_PROCESSOR_ERROR', '1')
  state.scalars.set('REQBODY_PROCESSOR_ERROR_MSG', message)
}
