import { expect, test } from 'vitest'
import { createInspector } from '../inspector.ts'
import { ask } from '../testing/ask.ts'

const SQL = "' or 1=1-- "
const json = JSON.stringify({ q: SQL }).replace("'", String.raw`\u0027`)
const part = (disposition: string) => `--b\r\nContent-Disposition: ${disposition}; name="q"\r\n\r\n${SQL}\r\n--b--\r\n`

/** What frameworks read under names that sound like something else. */
test.each([
  ['multipart/mixed; boundary=b', part('form-data')],
  ['multipart/related; boundary=b', part('form-data')],
  ['Multipart/X; boundary=b', part('form-data')],
  ['multipart/mixed; boundary=b', part('attachment')],
  ['application/jsonrequest', json],
  ['application/x-json', json],
  ['text/x-json', json],
  ['application/csp-report', json],
  ['application/x-xml', `<q>${SQL}</q>`],
  ['application/jsonl', `{"q":"${SQL}"}\n{"q":1}\n`],
  ['application/x-ndjson', `{"q":1}\r\n${json}`],
  ['application/x-ndjson', `{"q":1}\n{"q":1],[2`],
  ['application/yaml', `q: "${SQL}"`],
])('an attack in a body of the type %s is found', (type, body) => {
  const { outcome } = ask(createInspector(), 'POST /x', { 'Content-Type': type }, body)
  expect(outcome).toBe('block')
})

test.each(['application/octet-stream', 'image/png', 'application/zip', 'application/pdf', 'video/mp4'])(
  '%s streams',
  (type) => {
    expect(ask(createInspector(), 'POST /x', { 'Content-Type': type }, '\0\u0001').outcome).toBe('pass')
  },
)

test('honest lines pass', () => {
  const lines = '{"index":{}}\n{"text":"Tom & Jerry\\u0027s"}\n\n'
  expect(ask(createInspector(), 'POST /x', { 'Content-Type': 'application/x-ndjson' }, lines).outcome).toBe('pass')
})
