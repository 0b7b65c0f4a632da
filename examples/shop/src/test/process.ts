import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface ShopProcess {
  url: string
  /** All that it printed so far. */
  printed(): string
  /** SIGTERM, and the exit code. */
  stop(): Promise<number | null>
}

/** Starts an entry file of the shop as a process of its own, on a free port, and waits until it says its address. */
export async function startProcess(entry: string, env: Record<string, string>): Promise<ShopProcess> {
  const child = spawn(process.execPath, [fileURLToPath(new URL(`../${entry}`, import.meta.url))], {
    env: { ...process.env, SHOP_LISTEN: '127.0.0.1:0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  const exited = new Promise<number | null>((resolve) => child.on('exit', resolve))
  const url = await new Promise<string>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      printed += chunk.toString('utf8')
      const address = /http:\/\/127\.0\.0\.1:\d+/.exec(printed)
      if (address !== null) resolve(address[0])
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    // Not `exit`, which may come before what was printed.
    child.on('close', (code) => reject(new Error(`${entry} ended with ${code}: ${printed}`)))
  })
  return {
    url,
    printed: () => printed,
    stop: () => {
      child.kill('SIGTERM')
      return exited
    },
  }
}
