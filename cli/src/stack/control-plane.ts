import { mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ConfigError, startServer } from '@holdfast/server/main'
import { Failure } from '../failure.ts'
import { taken } from './ports.ts'

export interface ControlPlane {
  readonly url: string
  /** `<data>/bootstrap.json` holds it while it lives. */
  readonly bootstrapToken: string | undefined
  /** Makes the first operator; undefined once there is one. */
  readonly setupUrl: string | undefined
  /** Of the PostgreSQL that it runs on; may create databases and roles. */
  readonly databaseUrl: string
  /** What it has logged, whole at any time: it is written before the call that logs returns. */
  readonly logFile: string
  stop(): Promise<void>
}

export interface ControlPlaneOptions {
  readonly data: string
  readonly port: number
  /** For the log. */
  readonly folder: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * Starts the control plane in this process, under `localhost`.
 * @throws ConfigError, DataDirectoryBusy, MigrationError of the server; Failure when the port is taken
 */
export async function startControlPlane({ data, port, folder, env }: ControlPlaneOptions): Promise<ControlPlane> {
  const url = `http://localhost:${port}`
  const sinks = resolve(folder, 'sinks')
  mkdirSync(sinks, { recursive: true, mode: 0o700 })
  const logFile = join(folder, 'control-plane.log')
  const server = await startServer({
    env,
    logFile,
    flags: {
      mode: 'development',
      data,
      publicUrl: url,
      'http.listen': `127.0.0.1:${port}`,
      'ledger.sinks.directory': sinks,
      // Its operator is to be tried by password; whoever runs it for good leaves the setting, and gets passkeys.
      'signin.mfa.admins': 'aal1',
    },
  }).catch((error: unknown) => {
    const inUse = error instanceof ConfigError && error.problems.some((problem) => problem.includes('is in use'))
    throw inUse ? taken(port, 'control plane', error) : error
  })
  const seal = server.seal()
  if (seal.sealed) {
    await server.stop()
    throw new Failure({
      code: 'sealed',
      detail: `The demonstration's root key is sealed by ${seal.kind}, and nobody is asked for it here.`,
      mend: 'Start it alone with "holdfast start" and unseal it, or begin anew with another --data directory.',
    })
  }
  return {
    url,
    bootstrapToken: server.setup === null ? undefined : tokenIn(server.setup.file),
    setupUrl: server.setup?.url,
    databaseUrl: server.database.url,
    logFile,
    stop: () => server.stop(),
  }
}

function tokenIn(file: string): string | undefined {
  return (JSON.parse(readFileSync(file, 'utf8')) as { token?: string }).token
}
