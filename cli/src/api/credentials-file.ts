import { chmodSync, existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** What a guarded application or a gateway needs to reach its control plane and to believe what it signs. */
export interface EdgeCredentials {
  readonly url: string
  /** null for a gateway, which serves all applications. */
  readonly application: string | null
  readonly token: string
  readonly trust: object
}

/**
 * Writes the credentials for their owner's eyes only, whole or not at all. A `.holdfast` directory that is made for them
 * also gets a .gitignore of `*`: a key in a repository is a key in every clone.
 */
export function writeCredentials(path: string, credentials: EdgeCredentials): void {
  const folder = dirname(path)
  mkdirSync(folder, { recursive: true, ...(basename(folder) === '.holdfast' && { mode: 0o700 }) })
  if (basename(folder) === '.holdfast' && !existsSync(join(folder, '.gitignore'))) {
    writeFileSync(join(folder, '.gitignore'), '*\n')
  }
  const draft = `${path}.${process.pid}.new`
  writeFileSync(draft, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  chmodSync(draft, 0o600)
  renameSync(draft, path)
}
