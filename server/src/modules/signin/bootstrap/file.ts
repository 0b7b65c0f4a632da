import { createHash, randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { z } from 'zod'

const Content = z.object({ setupUrl: z.string(), token: z.string(), expiresAt: z.iso.datetime() })

/** The only place where the secrets of the first set-up are: the database holds their hashes. */
export interface BootstrapFile {
  readonly path: string
  /** @returns undefined when there is none, or it is not ours */
  read(): BootstrapSecrets | undefined
  write(secrets: BootstrapSecrets): void
  remove(): void
  /** SHA-256 of this host and directory */
  readonly holder: Buffer
}

export interface BootstrapSecrets {
  readonly setupUrl: string
  readonly setupSecret: string
  readonly token: string
  readonly expiresAt: Date
}

export function bootstrapFile(dataDir: string): BootstrapFile {
  const path = join(resolve(dataDir), 'bootstrap.json')
  return {
    path,
    holder: createHash('sha256').update(`${hostname()}\n${path}`).digest(),
    read() {
      const content = readContent(path)
      const setupSecret = content && URL.parse(content.setupUrl)?.searchParams.get('token')
      if (content === undefined || setupSecret == null) return undefined
      return { ...content, setupSecret, expiresAt: new Date(content.expiresAt) }
    },
    /** Under its name it is always whole, and never readable by others, not for a moment. */
    write({ setupUrl, token, expiresAt }) {
      const half = `${path}.${randomBytes(6).toString('hex')}`
      const file = openSync(half, 'wx', 0o600)
      try {
        writeSync(file, `${JSON.stringify({ setupUrl, token, expiresAt: expiresAt.toISOString() }, null, 2)}\n`)
        fsyncSync(file)
      } finally {
        closeSync(file)
      }
      renameSync(half, path)
    },
    remove: () => rmSync(path, { force: true }),
  }
}

function readContent(path: string): z.output<typeof Content> | undefined {
  try {
    return Content.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return undefined
  }
}
