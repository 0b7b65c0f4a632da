import { describe, expect, it } from 'vitest'
import { compileApi } from '../api/compile.ts'
import { createInspector } from '../inspector.ts'
import { ask } from '../testing/ask.ts'
import { createLearner } from './learner.ts'

const JSON_TYPE = { 'Content-Type': 'application/json' }

describe('learning', () => {
  it('proposes a document that what was seen fits, and that closes the rest', () => {
    const learner = createLearner()
    const inspector = createInspector({ mode: 'report', observe: learner.observe })
    const requests: [string, Record<string, string>?, string?][] = [
      ['GET /orders?page=1&tag=a&tag=b'],
      ['GET /orders?page=2'],
      ['GET /orders/7/lines/6f9619ff-8b86-d011-b42d-00c04fc964ff'],
      ['GET /orders/8/lines/6f9619ff-8b86-d011-b42d-00c04fc964aa'],
      ['POST /orders', JSON_TYPE, '{"item":"AB","count":1,"on":"2026-01-01","to":{"zip":"8001"},"lines":[{"n":1.5}]}'],
      ['POST /orders', JSON_TYPE, '{"item":"CD","count":null,"on":"2026-01-02"}'],
      ['POST /login', { 'Content-Type': 'application/x-www-form-urlencoded' }, 'name=ada&code=123'],
    ]
    for (const request of requests) ask(inspector, ...request)
    const api = compileApi(learner.draft())
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
    const inspector = createInspector({ mode: 'report', observe: learner.observe })
    const word = (n: number) =>
      String.fromCharCode(97 + (n % 26), 97 + (Math.floor(n / 26) % 26), 97 + Math.floor(n / 676))
    for (let n = 0; n < 500; n++) ask(inspector, `GET /users/${word(n)}/posts`)
    ask(inspector, "GET /users/ada?q='+UNION+SELECT+1--")
    expect(learner.summary()).toEqual({ operations: [{ name: 'GET /users/{userId}/posts', count: 500 }], dropped: 0 })
    for (let n = 0; n < 2000; n++) ask(inspector, `GET /${word(n % 20)}/${word(n)}/${word(n * 7)}`)
    for (let n = 0; n < 100; n++) ask(inspector, `GET /form?${'x'.repeat(n)}=secretvalue&na+me=1`)
    const { operations, dropped } = learner.summary()
    expect(operations.length).toBeLessThan(400)
    expect(dropped).toBeGreaterThan(0)
    expect(JSON.stringify(learner.draft())).not.toMatch(/secretvalue|UNION|na me/)
    expect(learner.draft(1000)['paths']).toEqual({})
  })
})
