import type { Placeholder } from './cases.ts'
import { jsUnicode, queryEscape, xmlEscape } from './encode.ts'

/** A request as it goes over the wire: one character a byte. */
export interface WireRequest {
  readonly method: string
  readonly target: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
}

const NAME = 'f3a9c1'
const BOUNDARY = '6b3d0f6c2a'
const FORM = 'application/x-www-form-urlencoded'

type Place = (payload: string, config: Readonly<Record<string, unknown>>) => WireRequest

/** Where payloads are put: the placeholders of GoTestWAF, by name. */
const PLACES: ReadonlyMap<string, Place> = new Map<string, Place>([
  ['URLPath', (payload) => get(`/${payload}`)],
  ['URLParam', (payload) => get(`/?${NAME}=${payload}`)],
  ['Header', (payload) => get('/', [[`X-${NAME}`, payload]])],
  ['UserAgent', (payload) => get('/', [['User-Agent', payload]])],
  ['RequestBody', (payload) => post(payload)],
  ['HTMLForm', (payload) => post(`${NAME}=${payload}`, FORM)],
  ['HTMLMultipartForm', (payload) => post(multipart(payload), `multipart/form-data; boundary=${BOUNDARY}`)],
  ['JSONBody', (payload) => post(payload, 'application/json')],
  ['JSONRequest', (payload) => post(`{"test":true, "${NAME}": "${jsUnicode(payload)}"}`, 'application/json')],
  ['XMLBody', (payload) => post(payload, 'text/xml')],
  ['SOAPBody', (payload) => post(soap(xmlEscape(payload)), 'text/xml')],
  [
    'GraphQL',
    (payload, { method }) =>
      method === 'GET' ? get(`/?query=${queryEscape(payload)}`) : post(payload, 'application/json'),
  ],
  ['NonCrudUrlPath', (payload) => ({ ...get(`/${payload}`), method: 'CUST' })],
  ['NonCrudUrlParam', (payload) => ({ ...get(`/?${NAME}=${payload}`), method: 'CUST' })],
  ['NonCRUDHeader', (payload) => ({ ...get('/', [[`X-${NAME}`, payload]]), method: 'CUST' })],
  ['NonCRUDRequestBody', (payload) => ({ ...post(payload), method: 'CUST' })],
  ['RawRequest', raw],
])

/** Why a placeholder's requests cannot be sent over HTTP/1.1. */
export const NOT_PLACED: ReadonlyMap<string, string> = new Map([
  ['gRPC', 'gRPC needs HTTP/2, which is not accepted: its requests come to no backend'],
])

/** The request with a payload in its place; undefined where the placeholder is not known. */
export function place({ name, config }: Placeholder, payload: string): WireRequest | undefined {
  const request = PLACES.get(name)?.(Buffer.from(payload, 'utf8').toString('latin1'), config)
  // A line end ends a field, and a blank ends a target: what sends requests refuses the one and escapes the other.
  if (request === undefined || request.headers.some(([, value]) => /[\r\n\0]/.test(value))) return undefined
  return {
    ...request,
    target: request.target.replace(
      /[^!-~]/g,
      (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
    ),
  }
}

function get(target: string, headers: readonly (readonly [string, string])[] = []): WireRequest {
  return { method: 'GET', target, headers, body: '' }
}

function post(body: string, type?: string): WireRequest {
  return { method: 'POST', target: '/', headers: type === undefined ? [] : [['Content-Type', type]], body }
}

function multipart(payload: string): string {
  return `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${NAME}"\r\n\r\n${payload}\r\n--${BOUNDARY}--\r\n`
}

function soap(payload: string): string {
  const envelope = 'http://schemas.xmlsoap.org/soap/envelope/'
  return `<?xml version="1.0" encoding="UTF-8"?>\n<soapenv:Envelope xmlns:soapenv="${envelope}"><soapenv:Body><get><ab${NAME}>${payload}</ab${NAME}></get></soapenv:Body></soapenv:Envelope>`
}

function raw(payload: string, config: Readonly<Record<string, unknown>>): WireRequest {
  const put = (text: unknown) => textOf(text).replaceAll('{{payload}}', payload)
  const headers = Object.entries((config['headers'] ?? {}) as Record<string, string>)
  return {
    method: textOf(config['method']),
    target: `/${put(config['path']).replace(/^\//, '')}`,
    headers: headers.map(([name, value]) => [name, put(value)]),
    body: put(config['body']),
  }
}

function textOf(setting: unknown): string {
  return typeof setting === 'string' ? setting : ''
}
