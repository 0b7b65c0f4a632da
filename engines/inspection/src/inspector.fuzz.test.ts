import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileApi } from './api/compile.ts'
import type { Api } from './api/types.ts'
import { createInspector } from './inspector.ts'
import { shop } from './testing/shop.ts'

const compiled = compileApi(shop)
if ('errors' in compiled) throw new Error(JSON.stringify(compiled.errors))
const api: Api = compiled
const inspectors = [createInspector(), createInspector({ api, answers: { schema: 'mask', leaks: 'report' } })]

const text = fc.oneof(
  fc.string({ unit: 'binary-ascii', maxLength: 40 }),
  fc
    .array(
      fc.constantFrom(
        '/v1/orders',
        '/',
        '..',
        '%2e',
        '%00',
        '?',
        '&',
        '=',
        'q',
        'limit',
        'filter[from]',
        "'",
        '<script>',
        '{{',
        '%',
        ';',
        '"',
        '\\',
        '{"item":',
        '[',
        ']',
        '}',
        ',',
        '1e999',
        '--x',
        '\r\n',
        '\xff',
      ),
      { maxLength: 20 },
    )
    .map((pieces) => pieces.join('')),
)
const type = fc.constantFrom(
  'application/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'text/xml',
  'text/plain',
  'image/png',
  'nonsense',
)

describe('the inspector', () => {
  it('never throws, and gives one verdict for one request', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('GET', 'POST', 'x'),
        text,
        text,
        type,
        text,
        (method, target, header, contentType, body) => {
          for (const inspector of inspectors) {
            const headers = ['Content-Type', contentType, 'Content-Length', '1', 'Cookie', header, 'X', header]
            const run = () => {
              const request = inspector.begin({ method, target, headers })
              request.body(Buffer.from(body, 'latin1'))
              request.answer({ status: 200, headers: ['Content-Type', contentType] }).whole(Buffer.from(body, 'latin1'))
              // What was found clean the first time is not asked again.
              const { values: _, ...rest } = request.summary()
              return rest
            }
            const summary = run()
            expect(summary.outcome === 'pass').toBe(summary.findings.length === 0)
            for (const { evidence, name } of summary.findings)
              expect(evidence.length <= 160 && name.length <= 160).toBe(true)
            expect(run()).toEqual(summary)
          }
        },
      ),
    )
  })
})
