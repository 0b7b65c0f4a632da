import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultProtection, InspectionSettings } from '@holdfast/http-guard'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startUpstream, startWorld, type Upstream, type World } from '../testing/world.ts'
import { loadRules } from './load.ts'

const rules = String.raw`
SecRule REQUEST_HEADERS:X-Bad "@streq yes" "id:101,phase:1,deny,status:403,log,msg:'a bad header'"
SecRule ARGS "@contains forbidden" "id:102,phase:2,deny,status:403,log,msg:'a forbidden word',severity:CRITICAL"
SecRule ARGS "@contains noted" "id:103,phase:2,pass,log,msg:'a word to note'"
SecRule ARGS "@detectSQLi" "id:104,phase:2,deny,status:403,log,msg:'SQL'"
SecRule REQUEST_FILENAME "@streq /public/login" "id:107,phase:1,pass,nolog,initcol:ip=%{REMOTE_ADDR},setvar:ip.tries=+1"
SecRule IP:tries "@gt 20" "id:108,phase:1,deny,status:403,log,msg:'too many tries'"
SecRule RESPONSE_HEADERS:X-Leak "@streq yes" "id:105,phase:3,deny,status:403,log,msg:'a bad answer'"
SecRule RESPONSE_BODY "@contains topsecret" "id:106,phase:4,deny,status:403,log,msg:'a secret'"
`
let folder: string
let upstream: Upstream
let world: World

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-rules-'))
  mkdirSync(join(folder, 'rules'))
  writeFileSync(join(folder, 'rules', 'ours.conf'), rules)
  upstream = await startUpstream((request, response) => {
    const leak = request.url?.includes('leak') === true
    const body = request.url?.includes('secret') === true ? 'it is topsecret' : 'ok'
    response.writeHead(200, { 'content-type': 'text/plain', ...(leak && { 'x-leak': 'yes' }) }).end(body)
  })
  const of = { operation: 'POST /public/notes/{id}', rule: 102 }
  const ruleExceptions = [
    { ...of, variable: 'ARGS:text' },
    { ...of, variable: 'ARGS:over', expiresAt: '2020-01-01T00:00:00Z' },
  ]
  const inspection = InspectionSettings.parse({ mode: 'off', ruleExceptions })
  const protection = { ...defaultProtection, inspection }
  world = await startWorld({ upstream: upstream.origin, protection, gateway: { rules: folder, rate: null } })
})
afterAll(async () => {
  await world.close()
  await upstream.close()
  rmSync(folder, { recursive: true, force: true })
})

const codeOf = ({ body }: { body: string }): unknown => (body.startsWith('{') ? JSON.parse(body) : { code: body }).code
const form = (body: string, line = 'POST /public/form') =>
  world.send(line, ['Content-Type: application/x-www-form-urlencoded', `Content-Length: ${body.length}`], body)

test('each phase may refuse, before the application or the client sees anything', async () => {
  const seen = upstream.requests.length
  expect(codeOf(await world.send('GET /public/a', ['X-Bad: yes']))).toBe('rule_matched')
  expect(codeOf(await world.send('GET /public/a?q=forbidden'))).toBe('rule_matched')
  expect(codeOf(await form('a=1&password=forbidden'))).toBe('rule_matched')
  expect(codeOf(await form("a=1'+OR+'1'='1"))).toBe('rule_matched')
  expect(upstream.requests.length).toBe(seen)
  expect(codeOf(await world.send('GET /public/leak'))).toBe('answer_refused')
  const secret = await world.send('GET /public/secret')
  expect([codeOf(secret), secret.body.includes('topsecret')]).toEqual(['answer_refused', false])
  expect((await form('a=fine')).body).toBe('ok')
  const event = await world.controlPlane.event(({ data }) => data['path'] === '/public/form')
  const matched = [{ id: 102, message: 'a forbidden word', variable: 'ARGS:password', severity: 2 }]
  expect(event).toMatchObject({ kind: 'request.blocked', reason: 'rule_matched', data: { rule: 102 } })
  expect(event.data['rules']).toEqual(matched)
})

test('what only matches is told; a body that cannot be read is refused', async () => {
  expect((await world.send('GET /public/n?q=noted')).status).toBe(200)
  const event = await world.controlPlane.event(({ kind }) => kind === 'request.reported')
  expect(event.data['rules']).toMatchObject([{ id: 103, variable: 'ARGS:q', evidence: 'noted' }])
  const body = '{"a":'
  const head = ['Content-Type: application/json', `Content-Length: ${body.length}`]
  expect((await world.send('POST /public/a', head, body)).status).toBe(400)
})

test('what rules count outlives the request, and none of many at once is lost', async () => {
  const answers = await Promise.all(Array.from({ length: 40 }, () => world.send('POST /public/login')))
  expect(answers.filter(({ status }) => status === 403).length).toBe(20)
})

test('a rule does not look at what is excepted: one variable, in one operation, until it ends', async () => {
  const notes = 'POST /public/notes/7'
  expect((await form('text=forbidden', notes)).status).toBe(200)
  const refused = async (body: string, line = notes) =>
    expect(codeOf(await form(body, line)), `${line} ${body}`).toBe('rule_matched')
  await refused('other=forbidden')
  await refused('text2=forbidden')
  await refused('text=fine&Other=forbidden')
  await refused('over=forbidden')
  await refused("text=1'+OR+'1'='1")
  await refused('text=forbidden', 'PUT /public/notes/7')
  await refused('text=forbidden', 'POST /public/notes/7/more')
  await refused('text=forbidden', 'POST /public/other/7')
})

test('a directory without rules, and rules that cannot run, are refused', () => {
  expect(() => loadRules(join(folder, 'none'), Date.now)).toThrow('ENOENT')
  const broken = join(folder, 'broken')
  mkdirSync(broken)
  expect(() => loadRules(broken, Date.now)).toThrow('no rules')
  writeFileSync(join(broken, 'main.conf'), 'SecRule ARGS "@rx (" "id:1"')
  expect(() => loadRules(broken, Date.now)).toThrow('main.conf:1')
})
