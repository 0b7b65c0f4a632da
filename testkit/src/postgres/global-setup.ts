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

interface Shared {
  readonly url: string
  users: number
  stop(): Promise<void>
}

/** Each project of a run loads this file anew, one after the other: what they share hangs where all of them see it. */
const run = globalThis as { holdfastTestPostgres?: Shared }

/** One PostgreSQL for the whole run: HOLDFAST_TEST_DATABASE_URL where it is set (another version, say), else the embedded one. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const shared = (run.holdfastTestPostgres ??= await start())
  shared.users += 1
  project.provide('postgresUrl', shared.url)
  return async () => {
    shared.users -= 1
    if (shared.users > 0) return
    delete run.holdfastTestPostgres
    await shared.stop()
  }
}

async function start(): Promise<Shared> {
  const given = process.env['HOLDFAST_TEST_DATABASE_URL']
  if (given !== undefined) return { url: given, users: 0, stop: async () => {} }
  const dataDir = mkdtempSync(join(tmpdir(), 'holdfast-test-'))
  chmodSync(dataDir, 0o755)
  const cluster = await startEmbedded({ dataDir, durable: false, maxConnections: 300 })
  return {
    url: cluster.url('postgres'),
    users: 0,
    async stop() {
      await cluster.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
