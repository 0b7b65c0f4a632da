import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { Failure } from '../failure.ts'
import type { Terminal } from '../terminal.ts'

// What an earlier run has verified, kept where the server cannot reach. A log that was cut off or rewritten is consistent
// in itself; only someone who remembers its head can tell.

const Head = z.object({
  /** Hash of the chain after event 1: which log this is. */
  first: z.string(),
  seq: z.int().positive(),
  hash: z.string(),
  verifiedAt: z.iso.datetime(),
})
const Heads = z.record(z.string(), Head)

export type RememberedHead = z.infer<typeof Head>

export function stateFile(given: string | undefined, { env, cwd }: Terminal): string {
  if (given !== undefined) return resolve(cwd, given)
  const home = env['XDG_STATE_HOME'] ?? join(env['HOME'] ?? homedir(), '.local', 'state')
  return join(home, 'holdfast', 'ledger-heads.json')
}

/** @param installation the control plane whose log it is */
export function rememberedHead(path: string, installation: string): RememberedHead | undefined {
  return readHeads(path)[installation]
}

export function rememberHead(path: string, installation: string, head: RememberedHead): void {
  const heads = { ...readHeads(path), [installation]: head }
  mkdirSync(dirname(path), { recursive: true })
  const draft = `${path}.${process.pid}.new`
  writeFileSync(draft, `${JSON.stringify(heads, null, 2)}\n`, { mode: 0o600 })
  renameSync(draft, path)
}

function readHeads(path: string): Record<string, RememberedHead> {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    throw unreadable(path, error)
  }
  try {
    return Heads.parse(JSON.parse(text))
  } catch (error) {
    // Never taken for "nothing known": damaging this file must not hide a rewritten log.
    throw unreadable(path, error)
  }
}

function unreadable(path: string, cause: unknown): Failure {
  return new Failure({
    code: 'state_unreadable',
    detail: `The remembered heads in ${path} cannot be read.`,
    mend: 'Restore the file, or remove it to begin anew (what was verified before is then forgotten).',
    cause,
  })
}
