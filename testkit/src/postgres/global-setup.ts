import { mkdtempSync, chmodSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbedded } from '@holdfast/server'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** superuser URL of the run's PostgreSQL, on its maintenance database */
    readonly postgresUrl: string
  }
}

/** One PostgreSQL for the whole run: DATABASE_URL where it is set (another version, say), else the embedded one. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['HOLDFAST_TEST_DATABASE_URL']
  if (given !== undefined) {
    project.provide('postgresUrl', given)
    return async () => {}
  }
  const dataDir = mkdtempSync(join(tmpdir(), 'holdfast-test-'))
  chmodSync(dataDir, 0o755)
  const cluster = await startEmbedded({ dataDir, durable: false, maxConnections: 300 })
  project.provide('postgresUrl', cluster.url('postgres'))
  return async () => {
    await cluster.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}
