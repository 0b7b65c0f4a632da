import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startServer } from '../serve.ts'
import { startChild } from './processes/child.ts'
import { createTestDatabase } from './test-database.ts'
import { freePort } from './free-port.ts'
import { type Answer } from './whole-server.ts'

/** A replica: in a process of its own, to be killed or frozen, or in this one, which is started in a third of the time. */
export interface OwnProcess {
  readonly url: string
  readonly logFile: string
  call(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>
  /** Waits for an event of this kind (and reason) to have its place in the log. @returns the newest */
  event(kind: string, reason?: string): Promise<RecordedEvent>
  /** Waits until `/readyz` says so. */
  ready(): Promise<void>
  kill(): Promise<void>
  /** SIGSTOP, SIGCONT: it hangs, and goes on. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void
  stop(): Promise<void>
}

export interface RecordedEvent {
  readonly kind: string
  readonly outcome: string
  readonly reason: string | null
  readonly data: Readonly<Record<string, unknown>>
}

export interface Installation {
  readonly databaseUrl: string
  readonly folder: string
  /**
   * Starts a replica.
   * @param env its settings
   * @param place of its data directory
   * @param publicUrl that of another replica, for two that stand behind one address
   * @param where when not as the others of this installation: of two that race, one may run here
   */
  start(
    env?: Readonly<Record<string, string>>,
    place?: string,
    publicUrl?: string,
    where?: 'apart' | 'here',
  ): Promise<OwnProcess>
  /** of the first start */
  token(place?: string): string
  close(): Promise<void>
}

/**
 * A database of its own, and replicas that come and go.
 * @param postgresUrl `inject('postgresUrl')`
 * @param usually where they run; here they cannot be killed or frozen, only stopped
 */
export async function installation(postgresUrl: string, usually: 'apart' | 'here' = 'apart'): Promise<Installation> {
  const database = await createTestDatabase(postgresUrl)
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-own-'))
  const running = new Set<OwnProcess>()
  const dataOf = (place: string) => join(folder, place)
  const token = (place = 'one') =>
    (JSON.parse(readFileSync(join(dataOf(place), 'bootstrap.json'), 'utf8')) as { token: string }).token

  return {
    databaseUrl: database.url,
    folder,
    token,
    async start(env = {}, place = 'one', publicUrl, where = usually) {
      const port = await freePort()
      const url = `http://localhost:${port}`
      const flags = {
        data: dataOf(place),
        publicUrl: publicUrl ?? url,
        'http.listen': `127.0.0.1:${port}`,
        'database.url': database.url,
        'database.poolSize': '8',
      }
      const logFile = join(folder, `${place}.log`)
      const settings = { HOLDFAST_SIGNIN_MFA_ADMINS: 'aal1', ...env }
      const begun = await (where === 'apart' ? startApart : startHere)(flags, settings, logFile)
      const own: OwnProcess = {
        url,
        logFile,
        async call(method, path, body, headers = { authorization: `Bearer ${token()}` }) {
          const response = await fetch(`${url}${path}`, {
            method,
            headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
            ...(body !== undefined && { body: JSON.stringify(body) }),
            redirect: 'manual',
          })
          const text = await response.text()
          const json = /json/.test(response.headers.get('content-type') ?? '') && text !== '' ? JSON.parse(text) : {}
          return { status: response.status, json, headers: response.headers }
        },
        async event(kind, reason) {
          for (;;) {
            const { json } = await own.call('GET', '/api/v1/events?limit=200')
            const found = (json['items'] as RecordedEvent[]).find(
              (event) => event.kind === kind && (reason === undefined || event.reason === reason),
            )
            if (found !== undefined) return found
            await sleep(50)
          }
        },
        async ready() {
          while ((await fetch(`${url}/readyz`)).status !== 200) await sleep(50)
        },
        async kill() {
          running.delete(own)
          await begun.kill()
        },
        signal: (name) => begun.signal(name),
        async stop() {
          running.delete(own)
          await begun.stop()
        },
      }
      running.add(own)
      return own
    },
    async close() {
      for (const one of running) await one.kill()
      await database.drop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

type Begun = Pick<OwnProcess, 'kill' | 'signal' | 'stop'>
type Settings = Readonly<Record<string, string>>

async function startApart(flags: Settings, env: Settings, logFile: string): Promise<Begun> {
  const child = startChild('replica.ts', [JSON.stringify(flags), JSON.stringify(env), logFile])
  const refused = child.line('refused ').catch(() => 'it ended')
  const began = await Promise.race([child.line('listening ').then(() => ''), refused])
  if (began !== '') throw new Error(began)
  return {
    async kill() {
      child.process.kill('SIGKILL')
      await child.ended
    },
    signal: (name) => void child.process.kill(name),
    async stop() {
      child.process.stdin?.end()
      await child.ended
    },
  }
}

async function startHere(flags: Settings, env: Settings, logFile: string): Promise<Begun> {
  const server = await startServer({ flags, env, logFile })
  return {
    kill: () => server.stop(),
    signal() {
      throw new Error('it runs in this process')
    },
    stop: () => server.stop(),
  }
}
