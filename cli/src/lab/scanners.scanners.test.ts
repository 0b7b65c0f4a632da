import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Gateway, startGateway } from '@holdfast/gateway'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../stack/ports.ts'
import { signInAt } from '../stack/sign-in.ts'
import { startWorld, type World } from './world.ts'

// Scanners that others wrote, against the shop that trusts everything, the same behind a gateway that knows nothing of it, and the guarded
// shop: what they find in the first they must not find in the others. The gateway has no limit of requests: with one, it would be that which is
// tested, and not whether it understands what it reads.

const sqlmap = '/usr/bin/sqlmap'
const wapiti = '/usr/bin/wapiti'
/** sqlmap says who it is, and is refused for that alone; this does not. */
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-scanners-'))
let world: World
let gateway: Gateway
let naive: string
let fronted: string
let guarded: string

beforeAll(async () => {
  world = await startWorld()
  const { stack } = world
  const port = await freePort()
  // Names that a scanner's resolver knows, which is not so for those below localhost.
  naive = world.naiveShops[0]
  fronted = `http://127.0.0.1:${port}`
  guarded = `http://localhost:${port}`
  const hosts = { naive: new URL(fronted).host, shop: new URL(guarded).host }
  for (const [id, host] of Object.entries(hosts)) {
    const { hosts: now } = await stack.api.get<{ hosts: string[] }>(`/applications/${id}`)
    await stack.api.patch(`/applications/${id}?wait=effective`, { hosts: [...now, host] })
  }
  gateway = await startGateway({
    credentials: stack.gateway.credentials,
    data: join(folder, 'gateway'),
    listen: `127.0.0.1:${port}`,
    rate: null,
    onProblem: () => undefined,
  })
})

afterAll(async () => {
  await gateway?.close()
  await world?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** A session of its own for each scan: a scanner may sign out. */
async function cookie(): Promise<string> {
  const { attacker } = world.gateway
  return `__Host-holdfast=${await signInAt(world.stack.shop.url, attacker.email, attacker.password)}`
}

function run(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: folder, env: { HOME: folder, PATH: '/usr/bin:/bin' }, timeout: 800_000 })
    let printed = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (printed += chunk.toString()))
    child.once('error', reject)
    child.once('close', () => resolve(printed))
    child.stdin.end()
  })
}

let runs = 0

/** @returns what it found, and what its first request was answered: a door that is closed to everybody would prove nothing */
async function sqlmapAt(
  url: string,
  ...more: readonly string[]
): Promise<{ found: string; tested: boolean; first: string }> {
  const name = join(folder, `sqlmap-${runs++}`)
  const args = ['-u', url, '--batch', '--flush-session', '--output-dir', name, '-t', `${name}.traffic`, ...more]
  const printed = await run(sqlmap, args)
  return {
    found: /^Parameter: .*$/m.exec(printed)?.[0] ?? '',
    tested: printed.includes('all tested parameters do not appear to be injectable'),
    first: /HTTP response \[#1\] \((\d+)/.exec(readFileSync(`${name}.traffic`, 'utf8'))?.[1] ?? '',
  }
}

const nothing = { found: '', tested: true, first: '200' }
const JSON_TYPE = ['--headers', 'Content-Type: application/json']

describe.skipIf(!existsSync(sqlmap))('sqlmap', () => {
  const quick = ['--technique', 'BE']
  // But for T, which goes by the clock: on a busy machine an answer is late for other reasons.
  const thorough = ['--user-agent', BROWSER, '--level', '3', '--risk', '2', '--technique', 'BEUSQ']
  const login = ['--data', '{"email":"mia@shop.example*","password":"mia123"}', ...JSON_TYPE, '--ignore-code', '401']

  it('finds the injections of the naive shop', async () => {
    const [search, body] = await Promise.all([
      sqlmapAt(`${naive}/products?query=kettle`, '-p', 'query', ...quick),
      sqlmapAt(`${naive}/login`, ...login, ...quick),
    ])
    expect([search.found, body.found]).toEqual(['Parameter: query (GET)', 'Parameter: JSON #1* ((custom) POST)'])
  })

  it('finds none in the guarded shop', async () => {
    const session = ['--cookie', await cookie()]
    const [search, body] = await Promise.all([
      sqlmapAt(`${guarded}/products?query=kettle`, '-p', 'query', ...thorough, ...session),
      sqlmapAt(
        `${guarded}/profiles/${world.gateway.attacker.id}`,
        '--method',
        'PATCH',
        '--data',
        '{"displayName":"Mia*"}',
        ...JSON_TYPE,
        ...thorough,
        ...session,
      ),
    ])
    expect([search, body]).toEqual([nothing, nothing])
  })

  it('finds none in the naive shop behind a gateway, in whatever disguise', async () => {
    const tampers = ['space2comment,randomcase', 'between', 'charencode', 'chardoubleencode', 'base64encode']
    // Side by side: one by itself leaves a core idle for half of its time.
    const found = await Promise.all(
      tampers.map((tamper) =>
        sqlmapAt(`${fronted}/products?query=kettle`, '-p', 'query', '--tamper', tamper, ...thorough, '--level', '2'),
      ),
    )
    expect(Object.fromEntries(tampers.map((tamper, at) => [tamper, found[at]]))).toEqual(
      Object.fromEntries(tampers.map((tamper) => [tamper, nothing])),
    )
  })

  it('finds none there undisguised, in a search or in a JSON body', async () => {
    const found = await Promise.all([
      sqlmapAt(`${fronted}/products?query=kettle`, '-p', 'query', ...thorough),
      sqlmapAt(`${fronted}/login`, ...login, ...thorough),
    ])
    expect(found).toEqual([nothing, nothing])
  })
})

interface Report {
  readonly vulnerabilities: Readonly<Record<string, readonly { readonly method: string; readonly path: string }[]>>
  readonly anomalies: Readonly<Record<string, readonly { readonly method: string; readonly path: string }[]>>
}

/** The names of what it found; whether it came to an end, and whether it got to see what only customers do. */
async function wapitiAt(origin: string, modules: string, ...more: readonly string[]) {
  const name = join(folder, `wapiti-${runs++}`)
  const where = ['-u', `${origin}/`, '-s', `${origin}/products?query=kettle`, '-s', `${origin}/p/kettle`, '-d', '1']
  const kept = ['--flush-session', '--no-bugreport', '--store-session', name, '-f', 'json', '-o', `${name}.json`]
  // A bound for what hangs, and none for what is slow.
  const bounds = ['--max-scan-time', '600', '-v', '1']
  const printed = await run(wapiti, [...where, '-m', modules, ...kept, ...bounds, ...more])
  const report = JSON.parse(readFileSync(`${name}.json`, 'utf8')) as Report
  const found = [...Object.entries(report.vulnerabilities), ...Object.entries(report.anomalies)].flatMap(
    ([what, each]) => each.map(({ method, path }) => `${what}: ${method} ${path}`),
  )
  return { found, finished: !printed.includes('Max scan time'), forms: printed.includes(`POST ${origin}/orders`) }
}

describe.skipIf(!existsSync(wapiti))('wapiti', () => {
  it('finds SQL injection and scripts in the naive shop', async () => {
    const session = await world.naive.signIn(world.naive.attacker)
    const modules = 'sql:get,xss:get,csp,http_headers,csrf:post'
    const { found } = await wapitiAt(naive, modules, '-H', `Cookie: ${session}`)
    expect(found).toEqual(
      expect.arrayContaining([
        'SQL Injection: GET /products',
        'Cross Site Scripting: GET /',
        'Content Security Policy Configuration: GET /',
        'HTTP Secure Headers: GET /',
        'Cross Site Request Forgery: POST /orders',
      ]),
    )
  })

  it.each(['visitor', 'customer'])('finds nothing at all in the guarded shop as a %s', async (who) => {
    const signedIn = who === 'customer'
    const modules = 'sql,xss,permanentxss,csp,cookieflags,http_headers,csrf,file,exec,crlf,redirect'
    const got = await wapitiAt(guarded, modules, ...(signedIn ? ['-H', `Cookie: ${await cookie()}`] : []))
    expect(got).toEqual({ found: [], finished: true, forms: signedIn })
  })
})
