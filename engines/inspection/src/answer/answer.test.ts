import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileApi } from '../api/compile.ts'
import type { Api } from '../api/types.ts'
import { createInspector } from '../inspector.ts'
import { shop } from '../testing/shop.ts'
import type { AnswerOptions, AnswerReader } from '../types.ts'

const compiled = compileApi(shop)
if ('errors' in compiled) throw new Error(JSON.stringify(compiled.errors))
const api: Api = compiled

function answer(answers: AnswerOptions, headers: Readonly<Record<string, string>> = {}, status = 200): AnswerReader {
  const request = createInspector({ api, answers }).begin({ method: 'GET', target: '/v1/orders', headers: [] })
  return request.answer({ status, headers: Object.entries({ 'Content-Type': 'application/json', ...headers }).flat() })
}
const found = ({ verdict }: { readonly verdict: AnswerReader['verdict'] }) =>
  verdict.findings.map(({ code, name, by }) => `${code} ${name} ${by}`)
const send = (reader: AnswerReader, text: string) => {
  const { verdict, body } = reader.whole(Buffer.from(text))
  return { verdict, text: body === null ? null : Buffer.from(body).toString() }
}

describe('an answer', () => {
  it('is checked against its schema', () => {
    expect(found(send(answer({ schema: 'block' }), '[{"id":1,"item":"AB-1234"}]'))).toEqual([])
    expect(found(send(answer({ schema: 'block' }), '[{"id":"1","item":"AB-1234"}]'))).toEqual([
      'answer_invalid /0/id type',
    ])
    expect(found(send(answer({ schema: 'block' }), '[{"id":1,"item":"AB-1234","password":"x"}]'))).toEqual([
      'answer_unknown /0/password unknown',
    ])
    expect(found(send(answer({ schema: 'report' }), '[1'))).toEqual(['answer_invalid  syntax'])
    expect(found(answer({ schema: 'report' }, {}, 500))).toEqual(['answer_unknown  unknown'])
  })

  it('loses what its schema does not know, and nothing else', () => {
    const text =
      '[{"secret":1,"id":12345678901234567890e0 , "item":"AB-1234","parts":[ {"x":{"a":[1,{"b":"}"}]},"id":1,"\\u0069tem":"CD-1234"} ],"y":"\\"," } ]'
    expect(send(answer({ schema: 'mask' }), text)).toEqual({
      verdict: expect.objectContaining({ outcome: 'report' }) as unknown,
      text: '[{"id":12345678901234567890e0 , "item":"AB-1234","parts":[ {"id":1,"\\u0069tem":"CD-1234"} ] } ]',
    })
    expect(send(answer({ schema: 'mask' }), '[{"id":1,"item":"AB-1234"}]').text).toBeNull()
  })

  it('without what is unknown is still JSON', () => {
    const leaf = fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.constant(null))
    const name = fc.constantFrom('id', 'item', 'x', 'y"\\', 'parts')
    const order = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(name, tie('value'), { maxKeys: 4 }),
      ),
    })).value
    fc.assert(
      fc.property(order, fc.constantFrom(undefined, 1), (value, blank) => {
        const text = JSON.stringify([value], undefined, blank)
        const masked = send(answer({ schema: 'mask' }), text).text ?? text
        const once = JSON.parse(masked) as unknown
        expect(send(answer({ schema: 'mask' }), masked).text).toBeNull()
        expect(masked).not.toMatch(/"x"\s*:/)
        expect(Array.isArray(once)).toBe(true)
      }),
    )
  })

  it.each([
    ['Traceback (most recent call last):\n  File "/srv/app.py", line 12, in run', ['python']],
    ['\n    at Object.run (/srv/app/index.js:10:5)\n', ['node']],
    ['java.lang.NullPointerException\n\tat com.shop.Orders.find(Orders.java:42)', ['java']],
    ['<b>Warning</b>: mysqli_query(): gone in <b>/var/www/index.php</b> on line <b>3</b>', ['php', 'mysql']],
    ['panic: x\n\ngoroutine 1 [running]:\nmain.main()', ['go']],
    ['You have an error in your SQL syntax; check the manual', ['mysql']],
    ['ERROR: syntax error at or near "\'" at character 5', ['postgresql']],
    ['{"error":"SQLITE_ERROR: near \\"x\\""}', ['sqlite']],
    ['ORA-00933: SQL command not properly ended', ['oracle']],
    ['<html><head><title>Index of /backup</title>', ['apache']],
    ['-----BEGIN PRIVATE KEY-----\nMIIE', ['private-key']],
    ['card: 4111 1111 1111 1111', ['card']],
    ['Meet me at noon (see /about:2). The error in line 12 was ours; look at index of books. SELECT a plan.', []],
  ])('that leaks %s is told of', (text, by) => {
    const page = { 'Content-Type': 'text/html' }
    expect(
      answer({ leaks: 'block' }, page)
        .chunk(Buffer.from(text))
        .findings.map((finding) => finding.by),
    ).toEqual(by)
    // Also where it comes in two pieces.
    for (const at of [1, 7, Math.floor(text.length / 2)]) {
      const reader = answer({ leaks: 'block' }, page)
      reader.chunk(Buffer.from(text.slice(0, at)))
      expect(new Set(reader.chunk(Buffer.from(text.slice(at))).findings.map((finding) => finding.by))).toEqual(
        new Set(by),
      )
    }
  })

  it('tells which software answers', () => {
    expect(found(answer({ leaks: 'report' }, { Server: 'Apache/2.4.1 (Ubuntu)', 'X-Powered-By': 'PHP/8' }))).toEqual([
      'answer_leaks server server',
      'answer_leaks x-powered-by x-powered-by',
    ])
    expect(found(answer({ leaks: 'report' }, { Server: 'nginx' }))).toEqual([])
    expect(answer({}, { Server: 'Apache/2' }).wants).toBe('nothing')
    const off = createInspector({ mode: 'off', answers: { leaks: 'block' } }).begin({
      method: 'GET',
      target: '/',
      headers: [],
    })
    expect(off.answer({ status: 200, headers: ['Server', 'Apache/2'] }).verdict.outcome).toBe('pass')
  })
})
