import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A server that runs, and who may do everything on it. */
export interface Target {
  readonly url: string
  readonly token: string
  /** goes with the run, and whatever was made there */
  readonly own: boolean
  stop(): Promise<void>
}

export interface Answer {
  readonly status: number
  readonly json: unknown
  readonly headers: Headers
}

/** A real server on an embedded PostgreSQL of its own, which goes with it and so need not wait for the disk. */
export async function startTarget(): Promise<Target> {
  // The other runners need no server: it is loaded where one is started.
  const [{ startEmbedded }, { startServer }] = [await import('@holdfast/server'), await import('@holdfast/server/main')]
  const data = mkdtempSync(join(tmpdir(), 'holdfast-authzen-'))
  // As root, PostgreSQL runs as another user, who must get through.
  chmodSync(data, 0o755)
  const cluster = await startEmbedded({ dataDir: data, durable: false })
  const stopCluster = async () => {
    await cluster.stop()
    rmSync(data, { recursive: true, force: true })
  }
  try {
    const server = await startServer({
      env: {},
      logFile: join(data, 'server.log'),
      flags: { data, 'http.listen': '127.0.0.1:0', 'database.url': cluster.url('postgres') },
    })
    const { token } = JSON.parse(readFileSync(join(data, 'bootstrap.json'), 'utf8')) as { readonly token: string }
    return {
      url: server.url,
      token,
      own: true,
      async stop() {
        await server.stop()
        await stopCluster()
      },
    }
  } catch (error) {
    await stopCluster()
    throw error
  }
}

/** What is asked again and how long that may go on: the server says when it takes more. */
const longestWaitSeconds = 300

/** One request; where the server is busy (429, 503) it is sent again when the server says. */
export async function call(
  { url, token }: Target,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  for (let waited = 0; ; ) {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const seconds = Number(response.headers.get('retry-after') ?? 0)
    if (seconds > 0 && waited < longestWaitSeconds && (response.status === 429 || response.status === 503)) {
      waited += seconds
      await sleep(seconds * 1000)
      continue
    }
    return { status: response.status, json: parsed(text), headers: response.headers }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
