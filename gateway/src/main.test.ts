import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { afterEach, expect, test } from 'vitest'
import { selfSigned } from './testing/certificate.ts'
import { type ControlPlaneDouble, startControlPlane } from './testing/control-plane.ts'
import { sendRaw } from './testing/raw.ts'
import { startUpstream, type Upstream } from './testing/world.ts'

let folder = ''
let controlPlane: ControlPlaneDouble
let upstream: Upstream
let child: ChildProcess
afterEach(async () => {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  await controlPlane.close()
  await upstream.close()
  rmSync(folder, { recursive: true, force: true })
})

const host = 'shop.localhost:7480'
const size = 256 * 1024 * 1024

async function start(environment: Readonly<Record<string, string>> = {}): Promise<string> {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-main-'))
  upstream = await startUpstream((request, response) => {
    response.flushHeaders()
    request.pipe(response)
  })
  const limits = { bodyBytes: 2 * size, requestTimeoutMs: 10_000 }
  controlPlane = await startControlPlane([
    { id: 'shop', hosts: [host], upstream: upstream.origin, publicPaths: ['/*'], limits, resources: [] },
  ])
  const credentials = join(folder, 'credentials.json')
  writeFileSync(credentials, JSON.stringify(controlPlane.credentials), { mode: 0o600 })
  child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), '--listen', '127.0.0.1:0'], {
    env: {
      ...process.env,
      ...environment,
      HOLDFAST_CREDENTIALS: credentials,
      HOLDFAST_GATEWAY_DATA: join(folder, 'data'),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(child.stdout ?? process.stdin, 'data')) as [Buffer]
  const url = /https?:\/\/\S+?(?=\.?\s|$)/.exec(line.toString())?.[0]
  if (url === undefined) throw new Error(line.toString())
  return url.replace(/\.$/, '')
}

/** Most memory that the process ever held, in bytes; null where the system does not say. */
function peakMemory(): number | null {
  const path = `/proc/${child.pid}/status`
  if (!existsSync(path)) return null
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(path, 'utf8'))?.[1]) * 1024
}

test('256 MB go through and back, and hardly any of it stays in memory', async () => {
  const url = await start()
  const before = peakMemory()
  const sent = request(`${url}/upload`, { method: 'POST', headers: { host, 'content-type': 'image/png' } })
  const answer = once(sent, 'response')
  const chunk = Buffer.alloc(256 * 1024, 7)
  const write = async (): Promise<void> => {
    for (let written = 0; written < size; written += chunk.length) if (!sent.write(chunk)) await once(sent, 'drain')
    sent.end()
  }
  const written = write()
  const [response] = (await answer) as [AsyncIterable<Buffer>]
  let back = 0
  for await (const part of response) back += part.length
  await written
  expect(back).toBe(size)
  const after = peakMemory()
  // What the collector has not yet got round to is part of it.
  if (before !== null && after !== null) expect(after - before).toBeLessThan(size / 2)
}, 60_000)

test('it stops cleanly when it is told to, after the requests under way', async () => {
  const url = await start()
  const sent = request(`${url}/upload`, { method: 'POST', headers: { host, 'content-type': 'image/png' } })
  const answer = once(sent, 'response')
  sent.write('\0\0\0\0a')
  const [response] = (await answer) as [AsyncIterable<Buffer>]
  child.kill('SIGTERM')
  const exit = once(child, 'exit')
  setTimeout(() => sent.end('b'), 200)
  let text = ''
  for await (const part of response) text += part.toString()
  expect(text).toBe('\0\0\0\0ab')
  expect(await exit).toEqual([0, null])
}, 30_000)

test('what the environment asks of Node does not make its parser lenient', async () => {
  const url = await start({ NODE_OPTIONS: '--insecure-http-parser --max-http-header-size=1000000' })
  const H = `Host: ${host}\r\n`
  const statusOf = async (bytes: string) => (await sendRaw(url, bytes)).status
  await expect.poll(() => statusOf(`GET /a HTTP/1.1\r\n${H}Connection: close\r\n\r\n`)).toBe(200)
  const both = 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n'
  for (const lines of ['X: a\nY: b\r\n', 'X: a\r\n b\r\n', 'X : a\r\n', 'X: a\x01\r\n', both]) {
    expect(await statusOf(`POST /a HTTP/1.1\r\n${H}${lines}\r\n0\r\n\r\n`)).toBe(400)
  }
  expect(await statusOf(`GET /a HTTP/1.1\r\n${H}X: ${'a'.repeat(40_000)}\r\n\r\n`)).toBe(431)
}, 60_000)

test('SIGHUP does not end a gateway with certificates: it shows what stands in the files now', async () => {
  const pair = mkdtempSync(join(tmpdir(), 'holdfast-pair-'))
  const [cert, key] = [join(pair, 'a.pem'), join(pair, 'a.key')]
  const write = (name: string): void => {
    const made = selfSigned([name])
    writeFileSync(cert, made.cert)
    writeFileSync(key, made.key)
  }
  write('old.example')
  const url = await start({ HOLDFAST_GATEWAY_TLS_CERT: cert, HOLDFAST_GATEWAY_TLS_KEY: key })
  const shown = async (): Promise<string> => {
    const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    const { subjectaltname = '' } = socket.getPeerCertificate()
    socket.destroy()
    return subjectaltname
  }
  expect(await shown()).toBe('DNS:old.example')
  write('new.example')
  child.kill('SIGHUP')
  await expect.poll(shown, { timeout: 60_000 }).toBe('DNS:new.example')
  expect(child.exitCode ?? child.signalCode).toBeNull()
  rmSync(pair, { recursive: true })
}, 120_000)
