import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../server/src/testing/free-port.ts'
import { cerbosPolicies } from './cerbos-policies.ts'

/** Cerbos with the policies of the cases, a child on 127.0.0.1 that ends with this process. It logs nothing of askers who hang up. @returns its address */
export async function startCerbos(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-bench-cerbos-'))
  mkdirSync(join(directory, 'policies'))
  for (const [name, text] of Object.entries(cerbosPolicies())) writeFileSync(join(directory, 'policies', name), text)
  const address = `127.0.0.1:${await freePort()}`
  const config = {
    server: { httpListenAddr: address, grpcListenAddr: `unix:${join(directory, 'grpc.sock')}` },
    storage: { driver: 'disk', disk: { directory: join(directory, 'policies'), watchForChanges: false } },
    telemetry: { disabled: true },
  }
  writeFileSync(join(directory, 'config.json'), JSON.stringify(config))
  const binary = createRequire(import.meta.url).resolve('@cerbos/cerbos-linux-x64')
  const server = spawn(binary, ['server', '--log-level=error', `--config=${join(directory, 'config.json')}`], {
    stdio: 'ignore',
  })
  const ended = (code: number | null) => {
    throw new Error(`Cerbos ended with ${code}`)
  }
  server.on('exit', ended)
  process.on('exit', () => server.kill())
  process.on('SIGTERM', () => {
    server.off('exit', ended)
    // It may still write to its directory until it has ended.
    server.on('exit', () => {
      rmSync(directory, { recursive: true, force: true })
      process.exit(0)
    })
    server.kill()
  })
  return address
}
