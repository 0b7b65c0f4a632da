import { mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultProtection, InspectionSettings } from '@holdfast/http-guard'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { sendRaw } from '../testing/raw.ts'
import { startUpstream, startWorld, type Upstream, type World } from '../testing/world.ts'
import { AuditFile } from './audit-file.ts'

const rules = String.raw`
SecComponentSignature "TEST/1.0"
SecAuditLogRelevantStatus "^(?:5|4(?!04))"
SecAuditLogParts ABCEFHZ
SecRule ARGS "@contains noted" "id:201,phase:2,pass,log,msg:'noted',logdata:'%{MATCHED_VAR}',severity:CRITICAL,tag:'a/b',ver:'V/1',rev:'2'"
SecRule ARGS:pin "!@streq 0" "id:202,phase:2,pass,nolog,sanitiseArg:pin,sanitiseRequestHeader:X-Mine"
SecRule ARGS "@contains evil" "id:203,phase:2,deny,status:403,log,msg:'evil'"
SecRule REQUEST_COOKIES "@contains kie" "id:205,phase:2,pass,log,msg:'a cookie',logdata:'in %{MATCHED_VAR}'"
SecRule ARGS:token "@contains shown" "id:204,phase:2,pass,log,msg:'a secret matched',logdata:'%{MATCHED_VAR}'"
`
let folder: string
let file: string
let upstream: Upstream
let world: World
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-audit-'))
  file = join(folder, 'audit.json')
  writeFileSync(join(folder, 'own.conf'), rules)
  upstream = await startUpstream((request, response) => {
    const status = request.url?.startsWith('/public/status/') === true ? Number(request.url.slice(15, 18)) : 200
    response.writeHead(status, { 'content-type': 'text/plain', 'set-cookie': 'sid=topsecret' }).end('answered')
  })
  const protection = { ...defaultProtection, inspection: InspectionSettings.parse({ mode: 'off' }) }
  const gateway = { rules: folder, auditLog: file, rate: null }
  world = await startWorld({ upstream: upstream.origin, protection, gateway })
})
afterAll(async () => {
  await world.close()
  await upstream.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Line {
  readonly transaction: {
    readonly request: { readonly uri: string; readonly headers: Record<string, string>; readonly body: string }
    readonly response: { readonly http_code: number; readonly headers: Record<string, string>; readonly body: string }
    readonly messages: readonly { readonly message: string; readonly details: Record<string, unknown> }[]
  } & Record<string, unknown>
}

const all = (): Line[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line)
const recorded = (uri: string): Promise<Line['transaction']> =>
  vi.waitFor(
    () => {
      const found = all().find(({ transaction }) => transaction.request.uri.startsWith(uri))
      if (found === undefined) throw new Error(`there is no ${uri}`)
      return found.transaction
    },
    { timeout: 60_000 },
  )

test('a request that matters is written as ModSecurity 3 writes it', async () => {
  await world.send('GET /public/a?q=noted', ['X-A: 1', 'X-A: 2', 'User-Agent: test'])
  const transaction = await recorded('/public/a')
  expect(Object.keys(transaction)).toEqual(
    ['client_ip', 'time_stamp', 'client_port', 'host_ip', 'host_port', 'unique_id'].concat(
      'request',
      'response',
      'producer',
      'messages',
    ),
  )
  expect(transaction).toMatchObject({
    client_ip: '127.0.0.1',
    time_stamp: expect.stringMatching(/^\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d 20\d\d$/),
    request: { method: 'GET', http_version: 1.1, uri: '/public/a?q=noted', body: '', headers: { 'X-A': '1, 2' } },
    response: { http_code: 200, body: 'answered', headers: { 'content-type': 'text/plain' } },
    producer: { secrules_engine: 'Enabled', components: ['TEST/1.0'] },
  })
  const details = {
    match: "Matched \"Operator `Contains' with parameter `noted' against variable `ARGS:q' (Value: `noted' )",
    reference: '',
    ruleId: '201',
    file: 'own.conf',
    lineNumber: '5',
    data: 'noted',
    severity: '2',
    ver: 'V/1',
    rev: '2',
    tags: ['a/b'],
    maturity: '0',
    accuracy: '0',
  }
  expect(transaction.messages).toEqual([{ message: 'noted', details }])
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('what does not matter is not written; a status may be what matters, and a refusal', async () => {
  await world.send('GET /public/status/200?quiet')
  await world.send('GET /public/status/404?missing')
  await world.send('GET /public/status/503?broken')
  expect((await world.send('GET /public/b?q=evil')).status).toBe(403)
  expect((await world.send('GET //x/../b?q=noted')).status).toBe(400)
  expect((await recorded('/public/status/503')).response.http_code).toBe(503)
  expect(await recorded('/public/b')).toMatchObject({
    response: { http_code: 403, body: '' },
    messages: [{ message: 'evil' }],
  })
  // The gateway refused it, and the rules have their say.
  expect(await recorded('//x')).toMatchObject({ response: { http_code: 400 }, messages: [{ message: 'noted' }] })
  const written = all().map(({ transaction }) => transaction.request.uri)
  expect(written.filter((uri) => /quiet|missing/.test(uri))).toEqual([])
})

test('no secret is written, and nothing that rules hide', async () => {
  const secrets = [
    'hunter2hunter2',
    'pin-of-4711',
    'c00kiec00kie0123',
    'Basic aGk6aGk=',
    'hidden-by-rule',
    'shown-secret',
    'topsecret',
  ]
  const [password, pin, cookie, basic, mine, token] = secrets
  const body = `note=noted&password=${password}&pin=${pin}&p%61ssword=${password}`
  const head = [`Cookie: sid=${cookie}`, `Authorization: ${basic}`, `X-Mine: ${mine}`, `Content-Length: ${body.length}`]
  const form = ['Content-Type: application/x-www-form-urlencoded', ...head]
  await world.send(`POST /public/form?pin=${pin}&token=${token}`, form, body)
  const json = JSON.stringify({ note: 'noted', inner: { password, list: [{ pin }] }, pin })
  const typed = ['Content-Type: application/json', `Content-Length: ${json.length}`]
  await world.send(`POST /public/json?pin=0`, typed, json)
  const written = [await recorded('/public/form'), await recorded('/public/json')]
  for (const secret of secrets) expect(JSON.stringify(written)).not.toContain(secret)
  expect(written[0]?.request.body).toMatch(/^note=noted&password=/)
  expect(written[0]?.messages.map(({ details }) => details['ruleId'])).toEqual(['201', '205', '204'])
})

test('a file that was moved away is begun anew', async () => {
  const moved = join(folder, 'moved.json')
  const path = join(folder, 'turned.json')
  const problems: Error[] = []
  const log = new AuditFile({ file: path, onProblem: (problem) => problems.push(problem) })
  log.append('one\n')
  await vi.waitFor(() => expect(readFileSync(path, 'utf8')).toBe('one\n'), { timeout: 60_000 })
  renameSync(path, moved)
  await vi.waitFor(
    () => {
      log.append('two\n')
      expect(readFileSync(path, 'utf8')).toContain('two\n')
    },
    { timeout: 60_000, interval: 100 },
  )
  expect(readFileSync(moved, 'utf8')).toMatch(/^one\n/)
  await log.close()
  expect(problems).toEqual([])
  expect(() => new AuditFile({ file: join(folder, 'none', 'x'), onProblem: () => undefined })).toThrow('ENOENT')
})

test('what the gateway refuses by itself the rules see: its event tells both', async () => {
  const event = (fits: string) => world.controlPlane.event(({ data }) => JSON.stringify(data).includes(fits))
  const noted = [{ id: 201, variable: 'ARGS:q' }]
  expect((await world.send('GET /public/../dots?q=noted')).status).toBe(400)
  expect(await event('dots')).toMatchObject({
    kind: 'request.refused',
    reason: 'request_ambiguous',
    data: { rules: noted },
  })
  const elsewhere = 'GET /elsewhere?q=noted HTTP/1.1\r\nHost: nobody.test\r\nConnection: close\r\n\r\n'
  expect((await sendRaw(world.gateway.url, elsewhere)).status).toBe(421)
  expect(await event('/elsewhere')).toMatchObject({ reason: 'host_unknown', data: { rules: noted } })
  const page = await world.send('GET /private?q=noted', ['Accept: text/html'])
  expect(page.status).toBe(302)
  expect(await event('/private')).toMatchObject({ kind: 'request.reported', data: { rules: noted } })
  const connect = (target: string) =>
    sendRaw(world.gateway.url, `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\nX-A: b\r\n\r\n`)
  expect([(await connect('a.test:443')).status, (await connect('a.test')).status]).toEqual([405, 400])
})
