import { describe, expect, it } from 'vitest'
import { compileApi } from '../api/compile.ts'
import { createInspector } from '../inspector.ts'
import { ask, begin } from '../testing/ask.ts'
import type { Inspector } from '../types.ts'
import { differencesOf } from './differences.ts'
import { draftLearned } from './draft.ts'
import { mergeLearned } from './learned.ts'
import { createLearner, type Learner } from './learner.ts'

const person = { source: 'ada', trusted: true }

function teach(
  learner: Learner,
  inspector: Inspector,
  line: string,
  headers: Readonly<Record<string, string>> = {},
  body = '',
  witness = person,
): void {
  const { observed } = begin(inspector, line, headers, body)
  if (observed !== null) learner.observe(observed, witness)
}

const JSON_TYPE = { 'Content-Type': 'application/json' }

describe('learning', () => {
  it('proposes a document that what was seen fits, and that closes the rest', () => {
    const learner = createLearner()
    const inspector = createInspector({ mode: 'report', learn: true })
    const requests: [string, Record<string, string>?, string?][] = [
      ['GET /orders?page=1&tag=a&tag=b'],
      ['GET /orders?page=2'],
      ['GET /orders/7/lines/6f9619ff-8b86-d011-b42d-00c04fc964ff'],
      ['GET /orders/8/lines/6f9619ff-8b86-d011-b42d-00c04fc964aa'],
      ['POST /orders', JSON_TYPE, '{"item":"AB","count":1,"on":"2026-01-01","to":{"zip":"8001"},"lines":[{"n":1.5}]}'],
      ['POST /orders', JSON_TYPE, '{"item":"CD","count":null,"on":"2026-01-02"}'],
      ['POST /login', { 'Content-Type': 'application/x-www-form-urlencoded' }, 'name=ada&code=123'],
    ]
    for (const request of requests) teach(learner, inspector, ...request)
    const { document } = draftLearned(learner.take())
    const api = compileApi(document)
    if ('errors' in api) throw new Error(JSON.stringify(api.errors))
    expect(api.operations.map(({ name }) => name).toSorted()).toEqual([
      'GET /orders',
      'GET /orders/{orderId}/lines/{lineId}',
      'POST /login',
      'POST /orders',
    ])
    const strict = createInspector({ api })
    for (const request of requests) expect(ask(strict, ...request).findings).toEqual([])
    expect(ask(strict, 'GET /orders?admin=1').code).toBe('parameter_unknown')
    expect(ask(strict, 'GET /orders/x/lines/6f9619ff-8b86-d011-b42d-00c04fc964ff').code).toBe('parameter_invalid')
    expect(ask(strict, 'POST /orders', JSON_TYPE, '{"item":"AB","count":1,"on":"2026-01-01","x":1}').code).toBe(
      'field_unknown',
    )
    expect(ask(strict, 'POST /orders', JSON_TYPE, '{"item":"AB","count":"1","on":"2026-01-01"}').code).toBe(
      'body_invalid',
    )
  })

  it('folds many names into one, keeps no attack and no value, and stays small', () => {
    const learner = createLearner({ paths: 300 })
    const inspector = createInspector({ mode: 'report', learn: true })
    const word = (n: number) =>
      String.fromCharCode(97 + (n % 26), 97 + (Math.floor(n / 26) % 26), 97 + Math.floor(n / 676))
    for (let n = 0; n < 500; n++) teach(learner, inspector, `GET /users/${word(n)}/posts`)
    teach(learner, inspector, "GET /users/ada?q='+UNION+SELECT+1--")
    expect(learner.summary()).toEqual({ operations: [{ name: 'GET /users/{userId}/posts', count: 500 }], dropped: 0 })
    for (let n = 0; n < 2000; n++) teach(learner, inspector, `GET /${word(n % 20)}/${word(n)}/${word(n * 7)}`)
    for (let n = 0; n < 100; n++) teach(learner, inspector, `GET /form?${'x'.repeat(n)}=secretvalue&na+me=1`)
    const { operations, dropped } = learner.summary()
    expect(operations.length).toBeLessThan(400)
    expect(dropped).toBeGreaterThan(0)
    const learned = learner.take()
    expect(JSON.stringify([learned, draftLearned(learned)])).not.toMatch(/secretvalue|UNION|na me/)
    expect(draftLearned(learned, 1000).operations).toEqual([])
    expect(learner.take()).toBeNull()
  })

  const stranger = (source: string) => ({ source, trusted: false })
  const names = (learner: Learner) => draftLearned(learner.take()).operations.map(({ name }) => name)

  it('believes no stranger by themselves: neither an operation, nor a field, a type or a length', () => {
    const learner = createLearner()
    const inspector = createInspector({ mode: 'report', learn: true })
    const post = (body: object, source: string) =>
      teach(learner, inspector, 'POST /orders', JSON_TYPE, JSON.stringify(body), stranger(source))
    for (let n = 0; n < 100; n++) post({ item: 'AB', admin: true }, `10.0.0.${n % 2}`)
    expect(learner.take()).toBeNull()
    for (const source of ['1', '2', '3', '4']) post({ item: 'AB' }, source)
    // The third has made it known, the fourth is believed.
    const { document } = draftLearned(learner.take())
    expect(JSON.stringify(document)).toContain('"item"')
    expect(JSON.stringify(document)).not.toContain('admin')
    for (const body of [{ item: 7 }, { item: 'x'.repeat(5000) }, { item: 'AB', role: 'root' }]) post(body, '9')
    expect(learner.take()).toBeNull()
    teach(learner, inspector, 'POST /orders', JSON_TYPE, '{"item":"AB","note":"mine"}')
    expect(names(learner)).toEqual(['POST /orders'])
  })

  it('is not taught by what was found, and stays within bounds whatever strangers make up', () => {
    const learner = createLearner()
    const inspector = createInspector({ learn: true })
    teach(learner, inspector, "GET /orders?q='+or+1=1--+")
    teach(learner, inspector, 'GET /a%2fb/..%2f')
    expect(learner.take()).toBeNull()
    const letters = (n: number) => String(n).replaceAll(/\d/g, (digit) => 'abcdefghij'[Number(digit)] ?? '')
    for (let n = 0; n < 20_000; n++) teach(learner, inspector, `GET /${letters(n)}`, {}, '', stranger(String(n)))
    expect(learner.take()).toBeNull()
    for (const source of ['1', '2', '3']) teach(learner, inspector, 'GET /orders', {}, '', stranger(source))
    expect(names(learner)).toEqual(['GET /orders'])
  })

  it('adds up what several have learnt, and tells it from the document in force', () => {
    const lines = ['GET /orders/7?page=1', 'GET /orders/8', 'GET /unknown']
    const taken = lines.map((line) => {
      const learner = createLearner()
      teach(learner, createInspector({ mode: 'report', learn: true }), line)
      return learner.take()
    })
    const learned = taken.reduce((known, more) => (more === null ? known : mergeLearned(known, more)), null)
    expect(JSON.parse(JSON.stringify(learned))).toEqual(learned)
    expect(draftLearned(learned).operations).toMatchObject([
      { name: 'GET /orders/{orderId}', count: 2, confidence: 'low' },
      { name: 'GET /unknown', count: 1 },
    ])
    const id = { name: 'id', in: 'path', required: true, schema: { type: 'integer' } }
    const paths = {
      '/orders/{id}': { get: { parameters: [id], responses: {} }, delete: { parameters: [id], responses: {} } },
    }
    const api = compileApi({ openapi: '3.1.0', info: { title: 'a', version: '1' }, paths })
    if ('errors' in api) throw new Error(JSON.stringify(api.errors))
    expect(differencesOf(learned, api)).toEqual([
      { operation: 'GET /orders/{id}', what: 'parameter_new', at: 'page', count: 1 },
      { operation: 'GET /unknown', what: 'operation_new', at: '', count: 1 },
      { operation: 'DELETE /orders/{id}', what: 'operation_unseen', at: '', count: 0 },
    ])
    expect(differencesOf(learned, null)).toEqual([])
  })

  it('of a path that the document knows keeps no value', () => {
    const schema = { type: 'string' }
    const user = { name: 'user', in: 'path', required: true, schema }
    const paths = { '/users/{user}': { get: { parameters: [user], responses: {} } } }
    const api = compileApi({ openapi: '3.1.0', info: { title: 'a', version: '1' }, paths })
    if ('errors' in api) throw new Error(JSON.stringify(api.errors))
    const learner = createLearner()
    teach(learner, createInspector({ api, learn: true }), 'GET /users/quasimodo')
    expect(JSON.stringify(learner.take())).not.toContain('quasimodo')
  })
})
