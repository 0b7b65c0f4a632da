import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import type { Cli } from '../cli.ts'
import { Failure } from '../failure.ts'
import type { Terminal } from '../terminal.ts'

// What an earlier run has verified, kept where the server cannot reach: the log's key as it was at first, and the last
// checkpoint. A log that was cut off or rewritten is consistent in itself; only someone who remembers can tell.

const Log = z.object({
  origin: z.string(),
  /** Verifier key: name, id and public key. */
  vkey: z.string(),
  /** The last checkpoint that was verified: a signed note. */
  checkpoint: z.string(),
  verifiedAt: z.iso.datetime(),
})
const Logs = z.record(z.string(), Log)

export type RememberedLog = z.infer<typeof Log>

export function stateFile(given: string | undefined, { env, cwd }: Terminal): string {
  if (given !== undefined) return resolve(cwd, given)
  const home = env['XDG_STATE_HOME'] ?? join(env['HOME'] ?? homedir(), '.local', 'state')
  return join(home, 'holdfast', 'logs.json')
}

/**
 * Under what name a log is remembered. An address names one installation, save that of this machine itself, where a
 * second checkout or another data directory is another installation at the same address.
 */
export function installationOf({ api, data }: Cli): string {
  const { url } = api.connection
  return /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname) ? `${url} ${data}` : url
}

/** @param installation the control plane whose log it is */
export function remembered(path: string, installation: string): RememberedLog | undefined {
  return readLogs(path)[installation]
}

/** The verifier keys of all logs that were met. */
export function knownKeys(path: string): string[] {
  return Object.values(readLogs(path)).map(({ vkey }) => vkey)
}

export function remember(path: string, installation: string, log: RememberedLog): void {
  const logs = { ...readLogs(path), [installation]: log }
  mkdirSync(dirname(path), { recursive: true })
  const draft = `${path}.${process.pid}.new`
  writeFileSync(draft, `${JSON.stringify(logs, null, 2)}\n`, { mode: 0o600 })
  renameSync(draft, path)
}

function readLogs(path: string): Record<string, RememberedLog> {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    throw unreadable(path, error)
  }
  try {
    return Logs.parse(JSON.parse(text))
  } catch (error) {
    // Never taken for "nothing known": damaging this file must not hide a rewritten log.
    throw unreadable(path, error)
  }
}

function unreadable(path: string, cause: unknown): Failure {
  return new Failure({
    code: 'state_unreadable',
    detail: `What was verified before cannot be read from ${path}.`,
    mend: 'Restore the file, or remove it to begin anew (what was verified before is then forgotten).',
    cause,
  })
}
