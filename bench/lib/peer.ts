import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

/** A program under measurement in a process of its own. It says `{ url }` when it listens and answers `cpu` with its use. */
export interface Peer {
  readonly url: string
  readonly pid: number
  /** Processor time used so far, in microseconds. */
  cpu(): Promise<number>
  /** Has it do its work so many times. */
  work(times: number): Promise<void>
  stop(): Promise<void>
}

export async function startPeer(file: string, args: readonly string[] = []): Promise<Peer> {
  const path = new URL(`../peers/${file}`, import.meta.url)
  const child = fork(path, [...args], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const { url } = await message<{ url: string }>(child)
  return {
    url,
    pid: child.pid ?? 0,
    cpu: async () => {
      const answer = message<{ cpu: number }>(child)
      child.send('cpu')
      return (await answer).cpu
    },
    work: async (times) => {
      const answer = message(child)
      child.send(times)
      await answer
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

/**
 * What a peer's program calls once it listens.
 * @param work done so many times when it is asked to
 */
export function announce(url: string, work: (times: number) => Promise<void> = async () => undefined): void {
  process.on('message', (asked: 'cpu' | number) => {
    const { user, system } = process.cpuUsage()
    if (asked === 'cpu') process.send?.({ cpu: user + system })
    else void work(asked).then(() => process.send?.({ done: true }))
  })
  process.on('disconnect', () => process.exit(0))
  process.send?.({ url })
}
