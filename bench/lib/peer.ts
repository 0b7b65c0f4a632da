import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

/** A program under measurement in a process of its own. It says `{ url }` when it listens and answers `cpu` with its use. */
export interface Peer {
  readonly url: string
  /** Processor time used so far, in microseconds. */
  cpu(): Promise<number>
  stop(): Promise<void>
}

export async function startPeer(file: string, args: readonly string[] = []): Promise<Peer> {
  const path = new URL(`../peers/${file}`, import.meta.url)
  const child = fork(path, [...args], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const { url } = await message<{ url: string }>(child)
  return {
    url,
    cpu: async () => {
      const answer = message<{ cpu: number }>(child)
      child.send('cpu')
      return (await answer).cpu
    },
    stop: async () => {
      child.kill()
      await once(child, 'exit')
    },
  }
}

async function message<T>(child: ChildProcess): Promise<T> {
  const ended = new AbortController()
  try {
    const [value] = (await Promise.race([
      once(child, 'message', { signal: ended.signal }),
      once(child, 'exit', { signal: ended.signal }).then(([code]) => {
        throw new Error(`The peer ended with ${String(code)}.`)
      }),
    ])) as [T]
    return value
  } finally {
    ended.abort()
  }
}

/** What a peer's program calls once it listens. */
export function announce(url: string): void {
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    process.send?.({ cpu: user + system })
  })
  process.on('disconnect', () => process.exit(0))
  process.send?.({ url })
}
