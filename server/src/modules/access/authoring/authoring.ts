import { Worker } from 'node:worker_threads'
import type { Finding, ParsedPolicy, ParsedSchema } from '@holdfast/policy/authoring'
import { type Check, type Checked, findingOf } from './checks.ts'

/**
 * Looks at policies and schemas while they are written. A short text can keep Cedar busy for ever (types that name the next
 * one twice; an action of a thousand principals and resources), so it runs in a thread of its own, which is ended when a
 * check takes too long: that text is refused, and everybody else does not notice.
 */
export interface Authoring {
  parsePolicy(name: string, text: string): Promise<ParsedPolicy>
  parseSchema(text: string): Promise<ParsedSchema>
  validate(policies: Readonly<Record<string, string>>, schema: string): Promise<readonly Finding[]>
  close(): Promise<void>
}

interface Waiting {
  readonly check: Check
  readonly done: (answer: unknown) => void
  readonly failed: (error: Error) => void
}

/** checks that wait for the one that runs */
const mostWaiting = 64

/** @param seconds after which a check is given up */
export function createAuthoring({ seconds = 5 }: { readonly seconds?: number } = {}): Authoring {
  const line: Waiting[] = []
  let running: { readonly waiting: Waiting; readonly timer: NodeJS.Timeout } | undefined
  let worker: Worker | undefined
  let ready = false

  function start(): void {
    const fresh = new Worker(new URL('worker.ts', import.meta.url))
    // Nobody waits for it to end: a process that is done stops with it.
    fresh.unref()
    worker = fresh
    fresh.on('message', (message: 'ready' | { readonly answer: unknown }) => {
      if (worker !== fresh) return
      if (message === 'ready') ready = true
      else finish()?.done(message.answer)
      next()
    })
    fresh.on('error', (error) => lost(fresh, error instanceof Error ? error : new Error('the worker failed')))
    fresh.on('exit', () => lost(fresh, new Error('the worker ended')))
  }

  function finish(): Waiting | undefined {
    clearTimeout(running?.timer)
    const waiting = running?.waiting
    running = undefined
    return waiting
  }

  function drop(): Promise<number> | undefined {
    const old = worker
    worker = undefined
    ready = false
    return old?.terminate()
  }

  /** It could not start, or gave up by itself: whoever waits is told, rather than tried again for ever. */
  function lost(which: Worker, error: Error): void {
    if (worker !== which) return
    void drop()
    const waiting = finish() ?? line.shift()
    waiting?.failed(error)
    next()
  }

  function next(): void {
    if (running !== undefined || line.length === 0) return
    if (worker === undefined) start()
    if (!ready) return
    const waiting = line.shift()
    if (waiting === undefined) return
    const timer = setTimeout(() => {
      void drop()
      finish()?.done(refusalOf(waiting.check, `checking took longer than ${seconds} s and was given up`))
      next()
    }, seconds * 1000)
    running = { waiting, timer }
    worker?.postMessage(waiting.check)
  }

  function ask<Kind extends Check['kind']>(check: Extract<Check, { kind: Kind }>): Promise<Checked[Kind]> {
    return new Promise((done, failed) => {
      if (line.length >= mostWaiting) {
        return done(refusalOf(check, 'too many texts are being checked; try again shortly') as Checked[Kind])
      }
      line.push({ check, done: (answer) => done(answer as Checked[Kind]), failed })
      next()
    })
  }

  return {
    parsePolicy: (name, text) => ask({ kind: 'policy', name, text }),
    parseSchema: (text) => ask({ kind: 'schema', text }),
    validate: (policies, schema) => ask({ kind: 'validate', policies, schema }),
    async close() {
      const left = [finish(), ...line.splice(0)]
      await drop()
      for (const waiting of left) waiting?.failed(new Error('the server stops'))
    },
  }
}

function refusalOf(check: Check, message: string): Checked[Check['kind']] {
  const about = check.kind === 'policy' ? check.name : null
  const help = 'write less in one text: fewer types, or actions that apply to fewer of them'
  const findings = [findingOf(message, about, help)]
  return check.kind === 'validate' ? findings : { ok: false, findings }
}
