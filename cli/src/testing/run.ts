import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { run } from '../main.ts'
import type { Terminal } from '../terminal.ts'

export interface Ran {
  readonly code: number
  readonly out: string
  readonly error: string
}

export interface Surroundings {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly stdin?: string
  /** What the person answers, in order; without it nobody sits there. */
  readonly answers?: readonly string[]
}

/** Runs a command line in this process, with a terminal that remembers what it was shown. */
export async function holdfast(parameters: readonly string[], surroundings: Surroundings = {}): Promise<Ran> {
  const { env = {}, cwd = '/nowhere', stdin = '', answers } = surroundings
  const left = [...(answers ?? [])]
  let out = ''
  let error = ''
  const terminal: Terminal = {
    env,
    cwd,
    interactive: answers !== undefined,
    out: (text) => {
      out += text
    },
    error: (text) => {
      error += text
    },
    ask: () => Promise.resolve(left.shift() ?? ''),
    secret: () => Promise.resolve(left.shift() ?? ''),
    stdin: () => Promise.resolve(stdin),
  }
  const code = await run(parameters, terminal)
  return { code, out, error }
}

export interface Asked {
  readonly method: string
  readonly path: string
  readonly token: string | undefined
  readonly body: unknown
}

export interface Told {
  readonly status?: number
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Text and bytes as they are, anything else as JSON. */
  readonly body?: unknown
}

export interface Scripted {
  readonly url: string
  readonly asked: readonly Asked[]
  close(): Promise<void>
}

/** A server that answers as the test says: for answers that a healthy control plane never gives. */
export async function scripted(answer: (asked: Asked) => Told | Promise<Told>): Promise<Scripted> {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    void respond(request, response, (seen) => {
      asked.push(seen)
      return answer(seen)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (asked: Asked) => Told | Promise<Told>,
): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString('utf8')
  const {
    status = 200,
    type = 'application/json',
    headers = {},
    body,
  } = await answer({
    method: request.method ?? '',
    path: request.url ?? '',
    token: request.headers.authorization?.replace(/^Bearer /, ''),
    body: text === '' ? undefined : (JSON.parse(text) as unknown),
  })
  response.writeHead(status, { 'content-type': type, ...headers })
  response.end(typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body))
}
