import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { familyOf } from '../lib/family.ts'
import { freePort } from '../lib/free-port.ts'
import { announce } from '../lib/peer.ts'

// `holdfast start` as a user starts it, twice: the first time makes the database and is not counted.
const data = mkdtempSync(join(tmpdir(), 'holdfast-bench-'))
const main = join(import.meta.dirname, '../../cli/bin/holdfast.js')
const first = await start()
await stop(first.child)
const { child, milliseconds } = await start()
process.on('SIGTERM', () => {
  void stop(child).then(() => {
    rmSync(data, { recursive: true, force: true })
    process.exit(0)
  })
})
announce(JSON.stringify({ milliseconds, pids: familyOf(child.pid ?? 0) }))

async function start(): Promise<{ readonly child: ChildProcess; readonly milliseconds: number }> {
  const port = await freePort()
  const began = performance.now()
  const child = spawn(process.execPath, [main, 'start'], {
    stdio: 'ignore',
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      HOLDFAST_DATA: data,
      HOLDFAST_HTTP_LISTEN: `127.0.0.1:${port}`,
      HOLDFAST_PUBLIC_URL: `http://localhost:${port}`,
    },
  })
  for (;;) {
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (ready) return { child, milliseconds: performance.now() - began }
    if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode}.`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}
