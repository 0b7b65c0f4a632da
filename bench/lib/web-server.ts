import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cpuOfFamily } from './family.ts'
import { freePort } from './free-port.ts'
import type { Peer } from './peer.ts'

/** A web server that is not ours, as Debian packages it. */
export interface WebServer {
  readonly command: string
  /** Options that make it say how it was built, where its modules are. */
  readonly build: readonly string[]
  /** @param folder an empty one of its own, which its configuration stands in */
  args(folder: string): readonly string[]
  configure(place: Place): string
}

export interface Place {
  readonly folder: string
  readonly port: number
  readonly upstream: string
  /** What the command says of its build. */
  readonly build: string
  /** Configuration of ModSecurity, a file; null: it inspects nothing. */
  readonly rules: string | null
}

/** How it was built; null where it is not installed. */
export function buildOf({ command, build }: WebServer): string | null {
  const { error, stdout, stderr } = spawnSync(command, build, { encoding: 'utf8' })
  return error === undefined ? stdout + stderr : null
}

/** @param rules text of a configuration of ModSecurity, or null */
export async function startWebServer(server: WebServer, upstream: string, rules: string | null): Promise<Peer> {
  const build = buildOf(server)
  if (build === null) throw new Error(`${server.command} is not installed.`)
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'))
  // Its workers run as somebody else.
  chmodSync(folder, 0o755)
  const port = await freePort()
  const file = rules === null ? null : join(folder, 'rules.conf')
  if (file !== null) writeFileSync(file, rules ?? '')
  writeFileSync(join(folder, 'server.conf'), server.configure({ folder, port, upstream, build, rules: file }))
  const child = spawn(server.command, server.args(folder), { stdio: 'ignore' })
  const ended = once(child, 'exit')
  await Promise.race([
    listening(port),
    ended.then(([code]) => {
      throw new Error(`${server.command} ended with ${String(code)}.`)
    }),
  ])
  const pid = child.pid ?? 0
  return {
    url: `http://127.0.0.1:${port}`,
    pid,
    cpu: () => Promise.resolve(cpuOfFamily(pid)),
    work: () => Promise.reject(new Error('It works for requests only.')),
    stop: async () => {
      child.kill()
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function listening(port: number): Promise<void> {
  for (;;) {
    const probe = connect(port, '127.0.0.1')
    const there = await Promise.race([
      once(probe, 'connect').then(() => true),
      once(probe, 'close').then(() => false),
    ]).catch(() => false)
    probe.destroy()
    if (there) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
