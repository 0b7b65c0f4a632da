import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunningServer, startServer } from '../serve.ts'
import { freePort } from './free-port.ts'
import { createTestDatabase } from './test-database.ts'

export interface WholeServer {
  readonly url: string
  /** of its database, as a superuser */
  readonly databaseUrl: string
  readonly dataDir: string
  readonly server: RunningServer
  /** the bootstrap token: may do everything until an operator has enrolled */
  readonly token: string
  /** A request with a bearer; the bootstrap token when none is named. */
  call(method: string, path: string, body?: unknown, bearer?: string): Promise<Answer>
  close(): Promise<void>
}

export interface Answer {
  readonly status: number
  readonly json: Record<string, unknown>
  readonly headers: Headers
}

/**
 * The real server, whole, on a database of its own; over HTTP.
 * @param postgresUrl `inject('postgresUrl')`
 * @param publicUrl another than where it listens: in production it must be https
 */
export async function startWholeServer(
  postgresUrl: string,
  env: Readonly<Record<string, string>> = {},
  publicUrl?: string,
): Promise<WholeServer> {
  const database = await createTestDatabase(postgresUrl)
  const dataDir = mkdtempSync(join(tmpdir(), 'holdfast-whole-'))
  const port = await freePort()
  const url = `http://localhost:${port}`
  const server = await startServer({
    // Operators of most tests come by password alone; those of the others say so.
    env: { HOLDFAST_SIGNIN_MFA_ADMINS: 'aal1', ...env },
    logFile: join(dataDir, 'server.log'),
    flags: {
      data: dataDir,
      publicUrl: publicUrl ?? url,
      'http.listen': `127.0.0.1:${port}`,
      'database.url': database.url,
      'database.poolSize': '8',
    },
  })
  const token = (JSON.parse(readFileSync(join(dataDir, 'bootstrap.json'), 'utf8')) as { token: string }).token
  return {
    url,
    databaseUrl: database.url,
    dataDir,
    server,
    token,
    async call(method, path, body, bearer = token) {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${bearer}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      return { status: response.status, json: text === '' ? {} : JSON.parse(text), headers: response.headers }
    },
    async close() {
      await server.stop()
      await database.drop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
