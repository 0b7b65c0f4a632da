import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface Child {
  readonly process: ChildProcess
  /** Waits for a line on its standard output that starts so. @returns the rest of the line */
  line(start: string): Promise<string>
  /** @returns the exit code, or the signal that ended it */
  readonly ended: Promise<number | string>
}

const cache = fileURLToPath(new URL('../../../../node_modules/.cache/holdfast-tests', import.meta.url))

/** Starts a program of this folder in a process of its own, on the Node that runs the tests. */
export function startChild(program: string, args: readonly string[]): Child {
  const path = fileURLToPath(new URL(program, import.meta.url))
  // Tests start many: the second one of a program needs half the time.
  const env = { ...process.env, NODE_COMPILE_CACHE: cache }
  const child = spawn(process.execPath, [path, ...args], { stdio: ['pipe', 'pipe', 'inherit'], env })
  let output = ''
  const waiting = new Set<() => void>()
  const ended = new Promise<number | string>((resolve) => {
    child.once('close', (code, signal) => {
      resolve(code ?? signal ?? 'gone')
      for (const look of waiting) look()
    })
  })
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    for (const look of waiting) look()
  })
  return {
    process: child,
    ended,
    line(start) {
      return new Promise((resolve, reject) => {
        const look = () => {
          const lines = output.split('\n')
          const found = lines.slice(0, -1).find((line) => line.startsWith(start))
          if (found === undefined && child.exitCode === null && child.signalCode === null) return
          waiting.delete(look)
          if (found === undefined) reject(new Error(`${program} ended before it said ${start}`))
          else resolve(found.slice(start.length))
        }
        waiting.add(look)
        look()
      })
    },
  }
}
