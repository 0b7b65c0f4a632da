import { isObject, type Json, member, textOf } from './json.ts'

export type Endpoint = 'evaluation' | 'evaluations' | 'search/subject' | 'search/resource' | 'search/action'

/** What is expected of an answer. */
export type Expected =
  | { readonly kind: 'decision'; readonly decision: boolean }
  | { readonly kind: 'decisions'; readonly decisions: readonly boolean[] }
  | { readonly kind: 'results'; readonly results: readonly string[] }
  | { readonly kind: 'status' }

export interface Case {
  readonly name: string
  readonly endpoint: Endpoint
  /** an object, or what stands in its place where a case is about that; a text is sent as it is */
  readonly request: unknown
  readonly headers: Readonly<Record<string, string>>
  readonly status: number
  readonly expected: Expected
}

/** Lists of cases, by what files call them; the interop files of AuthZEN name them by the endpoint. */
const lists = ['cases', 'tests', 'evaluation', 'evaluations', 'search', 'decisions', 'subject', 'resource', 'action']

/** Every case that an object holds, wherever its lists are; empty for an object that is no file of cases. */
export function casesIn(json: Json): { readonly json: Json; readonly list: string }[] {
  return lists.flatMap((list) => {
    const cases = json[list]
    return Array.isArray(cases) ? cases.filter(isCase).map((each) => ({ json: each, list })) : []
  })
}

function isCase(json: unknown): json is Json {
  if (!isObject(json) || requestOf(json) === undefined) return false
  return expectedOf(json) !== undefined || typeof statusIn(json) === 'number'
}

function requestOf(json: Json): unknown {
  return member(json, 'request', 'input')
}

function expectedOf(json: Json): unknown {
  const expected = member(json, 'expected', 'expect', 'expectedResponse', 'expected_response', 'response', 'decision')
  return isObject(expected) ? (member(expected, 'body') ?? expected) : expected
}

/** A status may stand beside what is expected, in it, or in its place. */
function statusIn(json: Json): unknown {
  const expected = member(json, 'expected', 'expect', 'expectedResponse', 'expected_response', 'response')
  const names = ['status', 'expectedStatus', 'expected_status', 'statusCode', 'status_code']
  return member(json, ...names) ?? (isObject(expected) ? member(expected, ...names) : expected)
}

/** Throws for a case that says what cannot be compared. */
export function readCase(json: Json, list: string, at: number): Case {
  const [request, wanted, said] = [requestOf(json), expectedOf(json), statusIn(json)]
  const status = typeof said === 'number' ? said : 200
  const asked = isObject(request) ? request : {}
  const expected =
    status >= 300 ? ({ kind: 'status' } as const) : readExpected(wanted, asked['evaluations'] !== undefined)
  // A request that is refused lacks something, so what it lacks says nothing: an evaluation wants it whole.
  const endpoint = endpointIn(json) ?? (status >= 300 ? evaluationOf(asked, list) : inferred(asked, expected, list))
  const name = textOf(member(json, 'name', 'id', 'title', 'description')) ?? String(at)
  return { name, endpoint, request, headers: headersOf(json), status, expected }
}

function readExpected(expected: unknown, isBatch: boolean): Expected {
  const decision = decisionOf(expected)
  if (decision !== undefined) return { kind: 'decision', decision }
  const inner = isObject(expected) ? member(expected, 'evaluations', 'results') : expected
  if (!Array.isArray(inner)) {
    if (expected === undefined || typeof expected === 'number') return { kind: 'status' }
    if (isObject(expected) && statusIn({ expected }) !== undefined) return { kind: 'status' }
    throw new Error(`nothing to compare with: ${JSON.stringify(expected)?.slice(0, 200)}`)
  }
  const decisions = inner.map(decisionOf)
  const isSearch = isObject(expected) ? expected['results'] !== undefined : inner.length === 0 && !isBatch
  if (!isSearch && decisions.every((each) => each !== undefined)) return { kind: 'decisions', decisions }
  return { kind: 'results', results: inner.map(resultKey) }
}

/** A decision, however it is written. */
export function decisionOf(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value
  if (isObject(value)) return decisionOf(value['decision'])
  if (typeof value !== 'string') return undefined
  if (/^(?:allow|allowed|permit|true)$/i.test(value)) return true
  return /^(?:deny|denied|forbid|false)$/i.test(value) ? false : undefined
}

/** What names one result of a search: an action its name, everything else type and id, or the id alone. */
export function resultKey(value: unknown): string {
  if (!isObject(value)) return plain(value)
  const { type, id, name } = value
  return id === undefined ? plain(name) : `${plain(type ?? '')} ${plain(id)}`.trimStart()
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}

/** The endpoint that a case names: `search/subject`, `/access/v1/search/subject`, `POST ...`, `subject-search`. */
function endpointIn(json: Json): Endpoint | undefined {
  const text = textOf(member(json, 'endpoint', 'path', 'url', 'api', 'uri'))?.toLowerCase() ?? ''
  const sought = /(?:^|\W|_)(subject|resource|action)s?(?:\W|_|$)/.exec(text)?.[1]
  if (sought !== undefined && !/evaluation/.test(text)) return `search/${sought}` as Endpoint
  if (/evaluations|batch|boxcar/.test(text)) return 'evaluations'
  return /evaluation/.test(text) ? 'evaluation' : undefined
}

function evaluationOf(request: Json, list: string): Endpoint {
  return request['evaluations'] !== undefined || list === 'evaluations' ? 'evaluations' : 'evaluation'
}

/** What is missing says what is asked for; what is expected says whether it is a search. */
function inferred(request: Json, expected: Expected, list: string): Endpoint {
  if (expected.kind === 'decisions') return 'evaluations'
  if (expected.kind === 'decision' || request['evaluations'] !== undefined) return evaluationOf(request, list)
  const lacksId = (name: string) => isObject(request[name]) && request[name]['id'] === undefined
  if (lacksId('subject')) return 'search/subject'
  if (lacksId('resource')) return 'search/resource'
  if (request['action'] === undefined) return 'search/action'
  if (expected.kind === 'status') return evaluationOf(request, list)
  // Nothing is missing: an id may be there, to be ignored. The results are of the type that is sought.
  const { subject } = request
  const sought = expected.results.some((key) => isObject(subject) && key.startsWith(`${plain(subject['type'])} `))
  return sought ? 'search/subject' : 'search/resource'
}

function headersOf({ headers }: Json): Record<string, string> {
  if (!isObject(headers)) return {}
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]))
}
