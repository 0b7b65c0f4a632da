import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, inject } from 'vitest'
import { freePort } from '../free-port.ts'
import { addPerson, type Credentials, quickSignIn } from '../visitor.ts'
import { startWholeServer, type WholeServer } from '../whole-server.ts'
import type { Browser, Seen } from './browser.ts'

/** Where the clients are that others wrote, and the little applications around them. */
export const folder: string = fileURLToPath(new URL('../../../../testkit/clients/', import.meta.url))

/** Holdfast, a person, and applications that others wrote: each registered as a customer registers it. */
export interface House {
  readonly whole: WholeServer
  readonly ada: Credentials
  /** POST /api/v1/applications with client metadata. */
  register(metadata: object): Promise<{ readonly id: string; readonly secret?: string }>
  /** Starts a program, and waits until what it prints has this in it. */
  start(command: readonly string[], says: string, options?: SpawnOptions): Promise<Program>
  /** What a client must know of us, as a child's environment. */
  environment(client: { readonly id: string; readonly secret?: string }): NodeJS.ProcessEnv
  /** An application of testkit/clients/apps at a port of its own, with what it must know of us. */
  app(
    name: string,
    metadata: (at: string) => object,
    more?: NodeJS.ProcessEnv,
  ): Promise<{ readonly at: string; readonly program: Program }>
  /** Types what the sign-in page asks for. */
  signIn(browser: Browser, page: Seen): Promise<Seen>
  close(): Promise<void>
}

export interface Program {
  readonly process: ChildProcess
  /** Waits until it has printed a line that starts so. @returns the rest of it */
  line(start: string): Promise<string>
  readonly ended: Promise<void>
  /** all that it has printed */
  readonly output: () => string
  stop(): Promise<void>
}

export async function startHouse(): Promise<House> {
  const whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
  const ada = await addPerson(whole, 'Ada')
  const running = new Set<Program>()

  const house: House = {
    whole,
    ada,
    async register(metadata) {
      const { status, json } = await whole.call('POST', '/api/v1/applications', metadata)
      expect(status, JSON.stringify(json)).toBe(201)
      const { client_id: id, client_secret: secret } = json
      return { id: String(id), ...(typeof secret === 'string' && { secret }) }
    },
    async start(command, says, options = {}) {
      const program = await startProgram(command, says, options)
      running.add(program)
      return program
    },
    environment: ({ id, secret }) => ({
      ...process.env,
      ISSUER: whole.url,
      CLIENT_ID: id,
      ...(secret !== undefined && { CLIENT_SECRET: secret }),
    }),
    async app(name, metadata, more) {
      const port = await freePort()
      const at = `http://127.0.0.1:${port}`
      const env = { ...house.environment(await house.register(metadata(at))), PORT: String(port), ...more }
      const program = await house.start([process.execPath, `apps/${name}`], 'listening', { cwd: folder, env })
      return { at, program }
    },
    async signIn(browser, page) {
      expect(page.url.origin, page.text).toBe(new URL(whole.url).origin)
      expect(page.text).toContain('name="username"')
      return browser.submit(page, { username: ada.email, password: ada.password })
    },
    async close() {
      for (const program of running) await program.stop()
      await whole.close()
    },
  }
  return house
}

function startProgram(command: readonly string[], says: string, options: SpawnOptions): Promise<Program> {
  const [file = '', ...args] = command
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options })
  let text = ''
  let over = false
  const waiting = new Set<() => void>()
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  /** Asks after every piece of output, and for the last time when there will be none. */
  const until = <T>(look: () => T | undefined, what: string) =>
    new Promise<T>((resolve, reject) => {
      const ask = () => {
        const found = look()
        if (found === undefined && !over) return
        waiting.delete(ask)
        if (found !== undefined) resolve(found)
        else reject(new Error(`${command.join(' ')} ended before it said ${what}:\n${text}`))
      }
      waiting.add(ask)
      ask()
    })
  const hear = (piece: string) => {
    text += piece
    for (const ask of waiting) ask()
  }
  const program: Program = {
    process: child,
    ended,
    output: () => text,
    line: (start) =>
      until(() => {
        const lines = text.split('\n').slice(0, -1)
        return lines.find((line) => line.startsWith(start))?.slice(start.length)
      }, start),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      await ended
    },
  }
  child.stdout?.setEncoding('utf8').on('data', hear)
  child.stderr?.setEncoding('utf8').on('data', hear)
  void ended.then(() => {
    over = true
    hear('')
  })
  return Promise.race([
    until(() => (text.includes(says) ? program : undefined), says),
    new Promise<never>((_, reject) => child.once('error', reject)),
  ])
}
