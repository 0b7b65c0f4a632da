import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '../failure.ts'

export interface ChildOptions {
  /** As people are told: `gateway`. */
  readonly name: string
  /** The TypeScript file to run, absolute. */
  readonly file: string
  readonly env: Readonly<Record<string, string>>
  /** Answers below 500 when the process is ready. */
  readonly readyUrl: string
  /** Each line that it prints. */
  readonly onLine: (line: string) => void
}

export interface Child {
  readonly name: string
  /** Resolves with a sentence when it ends though nobody asked for it; never otherwise. */
  readonly died: Promise<string>
  stop(): Promise<void>
}

const readyWithin = 20_000 // milliseconds
const stopWithin = 10_000 // milliseconds, then it is killed
const lastLines = 5

/**
 * Starts a process of ours on this very Node, and waits until it answers.
 * @throws Failure with the last lines that it printed, when it ends before or does not answer in time
 */
export async function startChild({ name, file, env, readyUrl, onLine }: ChildOptions): Promise<Child> {
  const child = spawn(process.execPath, ['--import', new URL('die-with-parent.ts', import.meta.url).href, file], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { PATH: process.env['PATH'] ?? '', ...env },
    // A group of its own: Ctrl-C in a terminal reaches us alone, and we stop the parts in their order.
    detached: process.platform !== 'win32',
  })
  const said: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue
    createInterface({ input: stream }).on('line', (line) => {
      onLine(line)
      said.push(line)
      if (said.length > lastLines) said.shift()
    })
  }
  let stopping = false
  const ended = once(child, 'close').then(([code, signal]) => `The ${name} ended (${String(signal ?? code)}).`)
  const failed = (sentence: string) =>
    new Failure({ code: 'not_started', detail: sentence, lines: [...said], mend: 'Try "holdfast doctor".' })

  const stop = async () => {
    stopping = true
    child.kill('SIGTERM')
    const patience = AbortSignal.timeout(stopWithin)
    patience.addEventListener('abort', () => child.kill('SIGKILL'))
    await ended
  }
  const answer = await Promise.race([ended, answers(readyUrl)])
  if (typeof answer === 'string') throw failed(answer)
  if (!answer) {
    await stop()
    throw failed(`The ${name} did not answer at ${readyUrl} within ${readyWithin / 1000} seconds.`)
  }
  const died = new Promise<string>((resolve) => {
    void ended.then((sentence) => stopping || resolve([sentence, ...said].join('\n  ')))
  })
  return { name, died, stop }
}

async function answers(url: string): Promise<boolean> {
  const deadline = Date.now() + readyWithin
  while (Date.now() < deadline) {
    const status = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(2_000) }).then(
      (response) => response.status,
      () => undefined,
    )
    if (status !== undefined && status < 500) return true
    await sleep(100)
  }
  return false
}
