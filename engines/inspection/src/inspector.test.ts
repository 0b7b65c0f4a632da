import { describe, expect, it } from 'vitest'
import { compileApi } from './api/compile.ts'
import type { Api } from './api/types.ts'
import { createInspector } from './inspector.ts'
import { ask, told } from './testing/ask.ts'
import { shop } from './testing/shop.ts'
import type { InspectorOptions } from './types.ts'

const compiled = compileApi(shop)
if ('errors' in compiled) throw new Error(JSON.stringify(compiled.errors))
const api: Api = compiled
const JSON_TYPE = { 'Content-Type': 'application/json' }
const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' }
const inspector = (options: InspectorOptions = {}) => createInspector({ api, ...options })
const bodyOf = (value: unknown) => JSON.stringify(value)

describe('what the document describes', () => {
  it.each([
    ['GET /v1/orders?state=open&limit=5&tags=a&tags=b-c&ids=1,2&filter[from]=2026-01-01&q=hello+world'],
    ['GET /v1/orders/latest'],
    ['GET /v1/orders/7'],
    ['HEAD /v1/orders/7'],
    ['DELETE /v1/orders/7'],
    ['GET /v1/files/a.b.json'],
    [
      'POST /v1/orders',
      JSON_TYPE,
      bodyOf({ item: 'AB-1234', note: 'Ring twice', parts: [{ item: 'CD-1234', labels: { a: 'b' } }] }),
    ],
    ['POST /v1/orders', JSON_TYPE, bodyOf({ item: 'AB-1234', payment: { iban: 'DE02120300000000202051' } })],
    ['POST /v1/orders', FORM, 'item=AB-1234&count=2&note=a+b'],
    ['OPTIONS /v1/orders/7', { 'Access-Control-Request-Method': 'DELETE' }],
  ] as [string, Record<string, string>?, string?][])('passes: %s', (line, headers, body) => {
    expect(told(ask(inspector(), line, headers, body))).toEqual([])
  })

  it.each([
    ['GET /v2/orders', 'path_unknown path  unknown'],
    ['GET /v1/Orders', 'path_unknown path  unknown'],
    ['GET /v1/orders/', 'path_unknown path  unknown'],
    ['PUT /v1/orders/7', 'method_unknown path  unknown'],
    ['GET /v1/orders/7a', 'parameter_invalid path id type'],
    ['GET /v1/orders/07', 'parameter_invalid path id type'],
    ['GET /v1/orders?debug=1', 'parameter_unknown query debug unknown'],
    ['GET /v1/orders?limit=1&limit=2', 'parameter_repeated query limit duplicate-name'],
    ['GET /v1/orders?limit=0x10', 'parameter_invalid query limit type'],
    ['GET /v1/orders?limit=1000', 'parameter_invalid query limit maximum'],
    ['GET /v1/orders?limit=%31', undefined],
    ['GET /v1/orders?state=gone', 'parameter_invalid query state enum'],
    ['GET /v1/orders?tags=a&tags=B', 'parameter_invalid query tags pattern'],
    ['GET /v1/orders?filter[to]=2026-01-01', 'parameter_invalid query filter unevaluatedProperties'],
    ['GET /v1/orders?filter[from]=2026-02-30', 'parameter_invalid query filter format'],
    ['GET /v1/orders?filter[from][x]=1', 'parameter_unknown query filter[from][x] unknown'],
  ] as const)('finds: %s', (line, finding) => {
    expect(told(ask(inspector(), line))).toEqual(finding === undefined ? [] : [finding])
  })

  it.each<[string, unknown, string]>([
    ['a member that is unknown', { item: 'AB-1234', isAdmin: true }, 'field_unknown body /isAdmin unknown'],
    [
      'a member that is unknown, deeper',
      { item: 'AB-1234', parts: [{ item: 'AB-1234', x: 1 }] },
      'field_unknown body /parts/0/x unknown',
    ],
    ['a member that is for answers only', { item: 'AB-1234', id: 1 }, 'field_unknown body /id unknown'],
    ['a member that is missing', { count: 1 }, 'body_invalid body  required'],
    ['a name that objects inherit', { toString: 1 }, 'body_invalid body  required'],
    ['another type', { item: ['AB-1234'] }, 'body_invalid body /item type'],
    ['another form', { item: 'AB-1234\n' }, 'body_invalid body /item pattern'],
    [
      'both branches',
      { item: 'AB-1234', payment: { iban: 'DE02120300000000202051', card: 'x' } },
      'field_unknown body /payment/card unknown',
    ],
  ])('finds %s in a body', (_, body, finding) => {
    expect(told(ask(inspector(), 'POST /v1/orders', JSON_TYPE, bodyOf(body)))).toEqual([finding])
  })

  it('finds bodies of other types, and bodies where there are none', () => {
    expect(told(ask(inspector(), 'POST /v1/orders', { 'Content-Type': 'text/plain' }, '{}'))).toEqual([
      'content_type_unknown header content-type unknown',
    ])
    expect(told(ask(inspector(), 'POST /v1/orders', JSON_TYPE))).toEqual(['body_missing body  required'])
    expect(told(ask(inspector(), 'DELETE /v1/orders/7', JSON_TYPE, '{}'))).toEqual(['body_unexpected body  unknown'])
    expect(told(ask(inspector(), 'POST /v1/orders', {}, '{}'))).toEqual([
      'content_type_ambiguous header content-type missing',
    ])
    expect(
      told(ask(inspector(), 'POST /v1/orders', { ...JSON_TYPE, 'Content-Encoding': 'snappy' }, '{"item":"AB-1234"}')),
    ).toEqual(['content_encoding_unsupported header content-encoding content-encoding'])
  })

  it('reads files, and checks what they are said to be', () => {
    const B = { 'Content-Type': 'multipart/form-data; boundary=x' }
    const parts = (type: string, name = 'a.png') =>
      `--x\r\nContent-Disposition: form-data; name="title"\r\n\r\nMine\r\n--x\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: ${type}\r\n\r\n\x89PNG;DROP TABLE\r\n--x--\r\n`
    expect(told(ask(inspector(), 'POST /v1/pictures', B, parts('image/png')))).toEqual([])
    expect(told(ask(inspector(), 'POST /v1/pictures', B, parts('text/html')))).toEqual([
      'content_type_unknown body file contentType',
    ])
    expect(told(ask(inspector(), 'POST /v1/pictures', B, parts('image/png', '../../../../etc/passwd')))).toEqual([
      'attack_detected file file path',
      'attack_detected file file upload',
    ])
  })
})

describe('attacks', () => {
  const attack = "' UNION SELECT password FROM users--"

  it('are found in free text, with place, decoding and what they are', () => {
    const verdict = ask(
      inspector(),
      'POST /v1/orders',
      JSON_TYPE,
      bodyOf({ item: 'AB-1234', parts: [{ item: 'AB-1234', note: encodeURIComponent(attack) }] }),
    )
    expect(verdict).toMatchObject({ outcome: 'block', mode: 'block', code: 'attack_detected' })
    expect(verdict.findings).toEqual([
      expect.objectContaining({
        kind: 'attack',
        place: 'body',
        name: '/parts/0/note',
        by: 'sql',
        decoding: ['percent'],
        inName: false,
      }),
    ])
    expect(verdict.findings[0]?.evidence.length).toBeLessThanOrEqual(160)
  })

  it.each([
    [`GET /x?q=${encodeURIComponent(attack)}`, 'query q'],
    [`GET /x/${encodeURIComponent(attack)}`, 'path '],
    [`GET /x?${encodeURIComponent(attack)}=1`, `query ${attack}`],
    ['GET /x', `header user-agent`, { 'User-Agent': attack }],
    ['GET /x', `cookie s`, { Cookie: `s=${attack}` }],
    ['POST /x', 'body a', FORM, `a=${encodeURIComponent(attack)}`],
    ['POST /x', 'body /a/0', JSON_TYPE, bodyOf({ a: [attack] })],
    ['POST /x', 'body /a/b', { 'Content-Type': 'application/xml' }, `<a><b>${attack}</b></a>`],
    ['POST /x', 'body ', { 'Content-Type': 'text/plain' }, attack],
    ['POST /x', 'body ', JSON_TYPE, attack],
    ['GET /x?id=1%27/*&id=*/union/*&id=*/select/*&id=*/1--', 'query id'],
  ] as [string, string, Record<string, string>?, string?][])(
    'are found without a document: %s %s',
    (line, place, headers, body) => {
      expect(told(ask(createInspector(), line, headers, body)).join()).toContain(`attack_detected ${place} sql`)
    },
  )

  it('are not looked for where the schema proves the value', () => {
    const request = inspector().begin({
      method: 'GET',
      target: '/v1/orders?state=open&limit=5&tags=a&filter[from]=2026-01-01',
      headers: [],
    })
    expect(request.summary().values).toEqual({ read: 3, proven: 3, inspected: 0 })
  })

  it('in what is named as a secret are found without showing it', () => {
    const verdict = ask(createInspector(), 'POST /x', FORM, `password=${encodeURIComponent(attack)}`)
    expect(verdict.findings).toEqual([expect.objectContaining({ name: 'password', evidence: '' })])
    expect(verdict.findings[0]?.arrived).toBeUndefined()
  })

  it.each([
    ['what stands around them', "kettle' OR 1=1 --", "kettle' OR 1=1 --"],
    ['whole characters of a long text', `${'é'.repeat(90)}' OR 1=1 --`, `${'é'.repeat(20)}' OR 1=1 --`],
    ['the value as it was before its decodings', '%3Cscript%3Ealert(1)', '%3Cscript%3Ealert(1)'],
    ['nothing more where they are all of it', "' OR 1=1 --", undefined],
  ])('are told with %s', (_, note, arrived) => {
    const verdict = ask(createInspector(), 'POST /x', FORM, `note=${encodeURIComponent(note)}`)
    expect(verdict.findings.map((finding) => finding.arrived)).toEqual([arrived])
  })
})

describe('what was found clean', () => {
  it('is remembered for the detectors that were asked, and for no others', () => {
    const metadata = 'http://169.254.169.254/latest/meta-data/'
    const one = createInspector()
    expect(told(ask(one, 'GET /x', { Referer: metadata }))).toEqual([])
    expect(told(ask(one, 'GET /x', { Cookie: `to=${metadata}` }))).toEqual(['attack_detected cookie to ssrf'])
    const agent = { 'User-Agent': 'sqlmap/1.8' }
    expect(told(ask(one, 'GET /x', { 'X-Tool': 'sqlmap/1.8' }))).toEqual([])
    expect(told(ask(one, 'GET /x', agent))).toEqual(told(ask(one, 'GET /x', agent)))
    expect(told(ask(one, 'GET /x', agent))).toEqual(['attack_detected header user-agent agent'])
  })
})

describe('modes and exceptions', () => {
  const line = "GET /v1/orders?q='+OR+1=1--"

  it('report passes and tells, off looks at nothing', () => {
    expect(ask(inspector({ mode: 'report' }), line)).toMatchObject({ outcome: 'report', code: 'attack_detected' })
    expect(ask(inspector({ mode: 'off' }), line)).toMatchObject({ outcome: 'pass', findings: [] })
    const routes = [
      { method: 'GET', path: '/v1/orders', mode: 'off' },
      { path: '/v1/**', mode: 'report' },
    ] as const
    expect(ask(inspector({ routes }), line).outcome).toBe('pass')
    expect(ask(inspector({ routes }), 'GET /v1/nothing').outcome).toBe('report')
    expect(ask(inspector({ routes }), 'GET /v2').outcome).toBe('block')
  })

  it('an exception holds for one place of one operation alone', () => {
    const exceptions = [{ operation: 'GET /v1/orders', place: 'query', name: 'q', by: 'sql' }] as const
    expect(ask(inspector({ exceptions }), line).outcome).toBe('pass')
    expect(ask(inspector({ exceptions }), "GET /v1/orders?x='+OR+1=1--").outcome).toBe('block')
    expect(ask(inspector({ exceptions }), "GET /v1/files/'+OR+1=1--.json").outcome).toBe('block')
    const steps = [{ operation: '* /v1/**', place: 'body', name: '/parts/*/note', by: 'sql' }] as const
    const nested = (at: string) => bodyOf({ item: 'AB-1234', parts: [{ item: 'AB-1234', [at]: "' OR 1=1--" }] })
    expect(ask(inspector({ exceptions: steps }), 'POST /v1/orders', JSON_TYPE, nested('note')).outcome).toBe('pass')
    expect(ask(inspector({ exceptions: steps }), 'POST /v1/orders', JSON_TYPE, nested('callback')).outcome).toBe(
      'block',
    )
  })
})
