import { LearnedPaths } from '@holdfast/bundle'
import { compileApi, createInspector, createLearner, draftLearned, mergeLearned } from '@holdfast/inspection'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const inspector = createInspector({ mode: 'report', learn: true, detectors: [] })
const word = fc.stringMatching(/^[A-Za-z][\w.~-]{0,40}$/)
const segment = fc.oneof(word, fc.nat().map(String), fc.uuid(), fc.string({ maxLength: 40 }).map(encodeURIComponent))
const request = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'BREW'),
  path: fc.array(segment, { maxLength: 18 }),
  query: fc.array(fc.tuple(fc.oneof(word, fc.string({ maxLength: 10 })), fc.string({ maxLength: 20 })), {
    maxLength: 5,
  }),
  type: fc.constantFrom('application/json', 'text/plain', 'application/x-www-form-urlencoded', 'image/png'),
  body: fc.jsonValue({ maxDepth: 9 }),
})

test('whatever is asked, what is learnt of it is what the control plane takes, adds up, and drafts a document that compiles', () => {
  fc.assert(
    fc.property(fc.array(request, { maxLength: 12 }), (requests) => {
      const learners = [createLearner({ paths: 60 }), createLearner({ paths: 60 })]
      let taught = 0
      for (const [n, { method, path, query, type, body }] of requests.entries()) {
        const bytes = Buffer.from(JSON.stringify(body))
        const target = `/${path.join('/')}?${new URLSearchParams(query.map(([name, value]): [string, string] => [name, value])).toString()}`
        const headers = ['Content-Type', type, 'Content-Length', String(bytes.length)]
        const inspection = inspector.begin({ method, target, headers })
        if (inspection.wantsBody > 0) inspection.body(bytes)
        if (inspection.observed === null) continue
        learners[n % 2]?.observe(inspection.observed, { source: 'a', trusted: true })
        taught++
      }
      const taken = learners.map((learner) => learner.take())
      let known = null
      for (const learned of taken) {
        if (learned === null) continue
        expect(LearnedPaths.parse(JSON.parse(JSON.stringify(learned)))).toEqual(learned)
        known = mergeLearned(known, learned)
      }
      const { document, operations } = draftLearned(known)
      expect(operations.reduce((sum, { count }) => sum + count, 0)).toBeLessThanOrEqual(taught)
      expect(compileApi(document)).not.toHaveProperty('errors')
    }),
    { numRuns: 200 },
  )
})
