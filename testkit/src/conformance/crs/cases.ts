import { parse } from 'yaml'

/** One test of the Core Rule Set's regression suite, in the form of go-ftw. */
export interface CrsTest {
  /** `920100-4` */
  readonly name: string
  readonly stages: readonly CrsStage[]
}

export interface CrsStage {
  readonly input: CrsInput
  readonly expected: CrsExpected
}

/** What is sent, as bytes in latin1. */
export type CrsInput =
  | { readonly kind: 'raw'; readonly bytes: string }
  | {
      readonly kind: 'request'
      readonly method: string
      readonly uri: string
      readonly version: string
      readonly headers: readonly (readonly [name: string, value: string])[]
      readonly body: string
    }

export interface CrsExpected {
  readonly status: readonly number[]
  readonly present: readonly number[]
  readonly absent: readonly number[]
  readonly matches: readonly RegExp[]
  readonly misses: readonly RegExp[]
  /** The connection ends without an answer. */
  readonly error: boolean
}

type Fields = Readonly<Record<string, unknown>>

/** @param text a file of tests, YAML */
export function readTests(text: string): CrsTest[] {
  const file = parse(text) as Fields | null
  const tests = listOf(file?.['tests'])
  return tests.map((test) => ({
    name: `${textOf(file?.['rule_id'])}-${textOf(test['test_id'])}`,
    stages: listOf(test['stages']).map((stage) => {
      const inner = (stage['stage'] ?? stage) as Fields
      return { input: inputOf(fieldsOf(inner['input'])), expected: expectedOf(fieldsOf(inner['output'])) }
    }),
  }))
}

function inputOf(input: Fields): CrsInput {
  if (input['encoded_request'] !== undefined) return { kind: 'raw', bytes: fromBase64(input['encoded_request']) }
  const headers: (readonly [string, string])[] = Object.entries(fieldsOf(input['headers'])).map(([name, value]) => [
    name,
    bytesOf(value),
  ])
  for (const each of listOf(input['ordered_headers'])) headers.push([textOf(each['name']), bytesOf(each['value'])])
  const data = input['encoded_data'] === undefined ? bytesOf(input['data'] ?? '') : fromBase64(input['encoded_data'])
  const named = (name: string) => headers.find(([each]) => each.toLowerCase() === name)?.[1]
  // A block of YAML has line feeds, a multipart body has carriage returns as well.
  const multipart = /^multipart\//i.test(named('content-type') ?? '')
  const body = multipart && input['encoded_data'] === undefined ? data.replaceAll(/\r?\n/g, '\r\n') : data
  if (input['autocomplete_headers'] !== false) {
    if (body !== '' && named('content-type') === undefined)
      headers.push(['Content-Type', 'application/x-www-form-urlencoded'])
    // RFC 9110, section 8.6: said for methods that give a body a meaning, also where there is none.
    const meant = body !== '' || ['POST', 'PUT', 'PATCH'].includes(textOf(input['method']))
    if (meant && named('content-length') === undefined) headers.push(['Content-Length', String(body.length)])
    if (named('connection') === undefined) headers.push(['Connection', 'close'])
  }
  return {
    kind: 'request',
    method: textOf(input['method'] ?? 'GET'),
    uri: bytesOf(input['uri'] ?? '/'),
    version: textOf(input['version'] ?? 'HTTP/1.1'),
    headers,
    body,
  }
}

function expectedOf(output: Fields): CrsExpected {
  const log = fieldsOf(output['log'])
  return {
    status: [output['status'] ?? []].flat().map(Number),
    present: numbersOf(log['expect_ids']),
    absent: numbersOf(log['no_expect_ids']),
    matches: regexes(log['match_regex'] ?? output['log_contains']),
    misses: regexes(log['no_match_regex'] ?? output['no_log_contains']),
    error: output['expect_error'] === true,
  }
}

function regexes(value: unknown): RegExp[] {
  return value === undefined ? [] : [new RegExp(textOf(value), 's')]
}

function numbersOf(value: unknown): number[] {
  return Array.isArray(value) ? value.map(Number) : []
}

function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? (value as Fields[]) : []
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

function bytesOf(value: unknown): string {
  return Buffer.from(typeof value === 'boolean' ? String(value) : textOf(value), 'utf8').toString('latin1')
}

function fromBase64(value: unknown): string {
  return Buffer.from(textOf(value), 'base64').toString('latin1')
}
