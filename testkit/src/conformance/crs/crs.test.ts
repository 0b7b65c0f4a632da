import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Tally } from '../report.ts'
import { crs } from './index.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-crs-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const RULES = `SecRule ARGS "@pmFromFile bad.data" "id:920999,phase:2,block,msg:'bad',capture,logdata:'%{TX.0} in %{MATCHED_VAR_NAME}'"
SecRule RESPONSE_BODY "@rx ^a stack$" "id:950999,phase:4,block,msg:'leak'"
SecRule REQUEST_HEADERS:Content-Length "!@rx ^\\d+$" "id:920998,phase:1,block,msg:'length'"
SecRule &FILES "@gt 0" "id:920997,phase:2,block"`

const stage = (input: string, output: string) => `
      - input: { port: 80, headers: { Host: localhost }, ${input} }
        output: { ${output} }`
const test = (id: number, ...stages: string[]) => `
  - test_id: ${id}
    stages: ${stages.join('')}`

async function run(wire: boolean, ...tests: string[]): Promise<string[]> {
  const files = {
    'rules/a.conf': RULES,
    'rules/bad.data': 'evil\n',
    'crs-setup.conf.example': 'SecDefaultAction "phase:2,log,auditlog,pass"',
    'tests/regression/tests/A/920999.yaml': `---\nrule_id: 920999\ntests: ${tests.join('')}\n`,
  }
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const lines: string[] = []
  const tally = new Tally((line) => lines.push(line))
  await crs.run(folder, { sample: undefined, inProcess: !wire }, tally)
  tally.finish()
  return lines
}

it('sends what a test says, and judges ids, lines and statuses', async () => {
  const raw = Buffer.from('GET /?a=evil HTTP/1.1\r\nHost: x\r\n\r\n').toString('base64')
  const part = String.raw`--b\nContent-Disposition: form-data; name=f; filename=n\n\nx\n--b--\n`
  const lines = await run(
    false,
    test(1, stage('uri: "/?a=evil"', 'log: { expect_ids: [920999], match_regex: "evil in ARGS:a" }')),
    test(
      2,
      stage(
        'uri: "/?a=good"',
        String.raw`log: { no_expect_ids: [920999], no_match_regex: '\[id "\d+"\]' }, status: 200`,
      ),
    ),
    test(3, stage('method: POST, data: "a=evil"', 'log: { expect_ids: [920999], no_expect_ids: [920998] }')),
    test(4, stage('method: POST, data: "a=evil", autocomplete_headers: false', 'log: { no_expect_ids: [920999] }')),
    test(
      5,
      stage(
        'method: POST, uri: /reflect, data: \'{"status": 500, "body": "a stack"}\'',
        'log: { expect_ids: [950999] }, status: 500',
      ),
    ),
    test(6, stage(`encoded_request: "${raw}"`, 'log: { expect_ids: [920999] }')),
    test(
      7,
      `
      - input: { method: POST, headers: { Content-Type: multipart/form-data; boundary=b }, data: "${part}" }
        output: { log: { expect_ids: [920997] } }`,
    ),
    test(8, stage('uri: "/"', 'status: 400')),
    test(
      9,
      stage('uri: "/?a=evil"', 'log: { expect_ids: [920999] }'),
      stage('uri: "/"', 'log: { expect_ids: [920999] }'),
    ),
    test(10, stage('uri: "/?a=evil"', 'log: { no_expect_ids: [920999] }')),
    test(11, stage('uri: "/"', 'status: 204')),
  )
  // Of a status of 400 and more only the wire can tell.
  expect(lines).toEqual([
    'FAIL 920999-9: expected 920999 got no rule',
    'FAIL 920999-10: expected without 920999 got 920999',
    'FAIL 920999-11: expected status 204 got 200',
    'SKIP 2: what the HTTP parser refuses is judged over the wire',
    '6 passed, 3 failed, 2 skipped',
  ])
})

it('through a whole gateway it judges what is refused, too', async () => {
  const lines = await run(
    true,
    test(1, stage('uri: "/?a=evil"', 'log: { expect_ids: [920999] }, status: 200')),
    test(2, stage('method: " GET"', 'status: 400')),
    test(3, stage('method: POST, data: "a=evil"', 'log: { expect_ids: [920999] }')),
    test(
      4,
      stage(
        'method: POST, uri: /reflect, data: \'{"status": 503, "body": "a stack"}\'',
        'log: { expect_ids: [950999] }, status: 503',
      ),
    ),
    test(5, stage('version: HTTP/9.9', 'log: { expect_ids: [920999] }')),
    test(6, stage('uri: "/?a=good"', 'log: { expect_ids: [920999] }')),
    test(7, stage('uri: "/"', 'status: 400')),
    // What the gateway refuses by itself, and what it asks to sign in for, the rules see.
    test(8, stage('uri: "//x/../?a=evil"', 'log: { expect_ids: [920999] }, status: 400')),
    test(9, stage('uri: "/%FF?a=evil"', 'log: { expect_ids: [920999] }')),
    test(10, stage('method: CONNECT, uri: "a.test:80"', 'status: 200')),
    test(
      11,
      `
      - input: { uri: "/?a=evil", headers: { Host: "other.test:80" } }
        output: { log: { expect_ids: [920999] }, status: 200 }`,
    ),
  )
  expect(lines).toEqual([
    'EXCEPTION 920999-5: expected 920999 got no rule: the HTTP parser refuses it before any rule: Invalid HTTP version.',
    'FAIL 920999-6: expected 920999 got no rule',
    'FAIL 920999-7: expected status 400 got 200',
    'EXCEPTION 920999-10: expected status 200 got 405: a gateway before applications is no forward proxy',
    'SKIP 1: refused by the HTTP parser, before any rule saw it',
    'SKIP 1: a gateway before applications is no forward proxy',
    '7 passed, 2 failed, 2 skipped',
  ])
})

it('more exceptions than one in a hundred are a failure', async () => {
  const lines = await run(true, test(1, stage('method: X', 'status: 200')), test(2, stage('method: Y', 'status: 200')))
  expect(lines.filter((line) => line.startsWith('FAIL'))).toEqual([
    'FAIL all tests: 2 of 2 are refused by the HTTP parser',
  ])
})
