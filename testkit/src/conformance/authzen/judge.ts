import { type Case, decisionOf, type Expected, resultKey } from './cases.ts'
import { isObject, type Json } from './json.ts'
import { type Answer, call, type Target } from './target.ts'

/** It differs, and should: see docs/adr/0009. */
export const byDesign: unique symbol = Symbol('by design')

/** @returns what is wrong with the answer to a case; undefined when it is as expected */
export async function judge(target: Target, base: string, test: Case): Promise<string | typeof byDesign | undefined> {
  const path = `${base}/access/v1/${test.endpoint}`
  const answer = await call(target, 'POST', path, test.request, test.headers)
  if (answer.status !== test.status) {
    return `expected HTTP ${test.status} got ${answer.status} ${shown(answer.json)} from ${test.endpoint}`
  }
  const asked = test.headers['x-request-id']
  if (asked !== undefined && answer.headers.get('x-request-id') !== asked) return 'the request id did not come back'
  const { expected } = test
  if (expected.kind === 'results') return judgeResults(target, path, test, expected, answer)
  return difference(expected, answer.json)
}

function difference(
  expected: Exclude<Expected, { kind: 'results' }>,
  json: unknown,
): string | typeof byDesign | undefined {
  if (expected.kind === 'status') return undefined
  if (expected.kind === 'decision') {
    const got = decisionOf(json)
    if (got === expected.decision) return undefined
    return failsClosed(json) ? byDesign : `expected ${expected.decision} got ${shown(json)}`
  }
  const list: readonly unknown[] = isObject(json) && Array.isArray(json['evaluations']) ? json['evaluations'] : []
  const got = list.map(decisionOf)
  const sameLength = got.length === expected.decisions.length
  const wrong = list.filter((_, at) => got[at] !== expected.decisions[at])
  if (sameLength && wrong.length === 0) return undefined
  if (sameLength && wrong.every(failsClosed)) return byDesign
  return `expected [${expected.decisions.join(', ')}] got [${got.join(', ')}] ${shown(json)}`
}

/** Whether it was denied by nothing but forbids that could not be evaluated: by Cedar's own rule these would not count. */
function failsClosed(decision: unknown): boolean {
  const context = isObject(decision) && decision['decision'] === false ? decision['context'] : undefined
  if (!isObject(context) || !Array.isArray(context['reasons']) || !Array.isArray(context['errors'])) return false
  const failed = new Set(context['errors'].map((each) => (isObject(each) ? each['policy'] : undefined)))
  return context['reasons'].length > 0 && context['reasons'].every((policy) => failed.has(policy))
}

/** Results are a set; a search is followed to its last page, unless the case expects no more than the one that it asks for. */
async function judgeResults(
  target: Target,
  path: string,
  { request, headers }: Case,
  { results }: Expected & { kind: 'results' },
  first: Answer,
): Promise<string | undefined> {
  const found: string[] = []
  const limit = isObject(request) && isObject(request['page']) ? request['page']['limit'] : undefined
  const onePage = typeof limit === 'number' && results.length <= limit
  for (let answer = first; ; ) {
    if (!isObject(answer.json) || !Array.isArray(answer.json['results'])) return `no results: ${shown(answer.json)}`
    found.push(...answer.json['results'].map(resultKey))
    const next = isObject(answer.json['page']) ? answer.json['page']['next_token'] : undefined
    if (typeof next !== 'string' || next === '' || onePage || !isObject(request)) break
    const page = { ...(isObject(request['page']) ? request['page'] : {}), token: next } satisfies Json
    answer = await call(target, 'POST', path, { ...request, page }, headers)
    if (answer.status !== 200) return `the next page answers ${answer.status} ${shown(answer.json)}`
  }
  const [expected, got] = [asSet(results), asSet(withTypes(found, results))]
  return expected === got ? undefined : `expected {${expected}} got {${got}}`
}

/** Where a file expects bare ids, the types of what was found are left out. */
function withTypes(found: readonly string[], expected: readonly string[]): readonly string[] {
  return expected.length === 0 || expected.some((key) => key.includes(' '))
    ? found
    : found.map((key) => key.split(' ').at(-1) ?? key)
}

function asSet(keys: readonly string[]): string {
  return [...new Set(keys)].toSorted().join(', ')
}

function shown(json: unknown): string {
  return (JSON.stringify(json) ?? '').slice(0, 300)
}
