import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, inject } from 'vitest'
import { freePort } from '../free-port.ts'
import { addPerson, type Credentials, quickSignIn } from '../visitor.ts'
import { startWholeServer, type WholeServer } from '../whole-server.ts'
import type { Browser, Seen } from './browser.ts'

/** Where the clients are that others wrote, and the little applications around them. */
const folder: string = fileURLToPath(new URL('../../../../testkit/clients/', import.meta.url))

/** Holdfast, a person, and applications that others wrote: each registered as a customer registers it. */
export interface House {
  readonly whole: WholeServer
  readonly ada: Credentials
  /** POST /api/v1/applications with client metadata. */
  register(metadata: object): Promise<{ readonly id: string; readonly secret: string }>
  /** Starts a program, and waits until what it prints has this in it. */
  start(command: readonly string[], says: string, options?: SpawnOptions): Promise<Program>
  /** An application of testkit/clients/apps at a port of its own, with what it must know of us. */
  app(name: string, metadata: (at: string) => object): Promise<{ readonly at: string; readonly program: Program }>
  /** Types what the sign-in page asks for. */
  signIn(browser: Browser, page: Seen): Promise<Seen>
  close(): Promise<void>
}

export interface Program {
  readonly process: ChildProcess
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
      return { id: String(json['client_id']), secret: String(json['client_secret']) }
    },
    async start(command, says, options = {}) {
      const program = await startProgram(command, says, options)
      running.add(program)
      return program
    },
    async app(name, metadata) {
      const port = await freePort()
      const at = `http://127.0.0.1:${port}`
      const { id, secret } = await house.register(metadata(at))
      const env = { ...process.env, ISSUER: whole.url, CLIENT_ID: id, CLIENT_SECRET: secret, PORT: String(port) }
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
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const program: Program = {
    process: child,
    output: () => text,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      await ended
    },
  }
  return new Promise((resolve, reject) => {
    const hear = (piece: string) => {
      text += piece
      if (text.includes(says)) resolve(program)
    }
    child.stdout?.setEncoding('utf8').on('data', hear)
    child.stderr?.setEncoding('utf8').on('data', hear)
    child.once('error', reject)
    void ended.then(() => reject(new Error(`${command.join(' ')} ended before it said ${says}:\n${text}`)))
  })
}
