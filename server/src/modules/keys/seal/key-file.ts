import { createHash, randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { readOrCreate } from '../../../platform/write-once.ts'
import { keySeal, type Seal, SealMismatch } from './seal.ts'

/**
 * The file of a file seal: a key of 32 bytes in base64 on each line; for a moment two, while one takes the other's place.
 * The id of the seal is made of its key, so that the file alone says which it opens, and `openssl rand -base64 32` makes one.
 */
export interface KeyFile {
  readonly path: string
  /** @returns undefined when there is no file @throws SealMismatch when it cannot be used */
  keys(): readonly Seal[] | undefined
  /** At the first start: what is there, or a new one; two processes that start at once get the same. */
  ensure(): Seal
  /** A new key that is nowhere yet; `write` adds it behind those that are there. */
  draft(): { readonly seal: Seal; readonly write: () => void }
  /** Takes keys out, and the file away with the last one. Call it, and `write`, only under the lock. @returns how many went */
  remove(ids: readonly string[]): number
}

export function keyFile(path: string): KeyFile {
  const read = () => readKeys(path)
  return {
    path,
    keys: read,
    ensure() {
      readOrCreate(path, newLine, 0o600)
      const first = read()?.[0]
      if (first === undefined) throw new SealMismatch(`The seal key file ${path} holds no key.`)
      return first
    },
    draft() {
      const line = newLine()
      return { seal: sealOf(line, path), write: () => replace(path, `${linesOf(path).join('')}${line}`) }
    },
    remove(ids) {
      const lines = linesOf(path)
      const kept = lines.filter((line) => !ids.includes(sealOf(line, path).id))
      if (kept.length === lines.length) return 0
      if (kept.length > 0) replace(path, kept.join(''))
      else {
        rmSync(path, { force: true })
        syncFolder(path)
      }
      return lines.length - kept.length
    },
  }
}

function newLine(): string {
  return `${randomBytes(32).toString('base64')}\n`
}

function readKeys(path: string): readonly Seal[] | undefined {
  const status = statSync(path, { throwIfNoEntry: false })
  if (status === undefined) return undefined
  if (process.platform !== 'win32' && (status.mode & 0o077) !== 0) {
    throw new SealMismatch(`The seal key file ${path} can be read by others: chmod 600 it.`)
  }
  return linesOf(path).map((line) => sealOf(line, path))
}

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .map((line) => `${line}\n`)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

function sealOf(line: string, path: string): Seal {
  const text = line.trim()
  const key = Buffer.from(text, 'base64')
  // Strictly: a key that was cut short, or is something else, must not become another one in silence.
  if (key.length !== 32 || key.toString('base64') !== text) {
    throw new SealMismatch(`The seal key file ${path} holds a line that is no key: 32 bytes in base64 are needed.`)
  }
  return keySeal({ id: idOf(key), kind: 'file', parameters: {} }, key)
}

/** A UUIDv8 (RFC 9562, section 5.8) of the key's digest, which tells nothing of a random key. */
function idOf(key: Uint8Array): string {
  const bytes = createHash('sha256').update('holdfast/seal/file/1').update(key).digest().subarray(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/**
 * In one step, and on the disk before it returns: whoever is killed in between leaves the old file or the new one. The
 * half-made one always has the same name, so that no copy of a key stays behind for good.
 */
function replace(path: string, content: string): void {
  const half = `${path}.new`
  rmSync(half, { force: true })
  const file = openSync(half, 'wx', 0o600)
  try {
    writeSync(file, content)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(half, path)
  syncFolder(path)
}

function syncFolder(path: string): void {
  // Windows has no such thing, and writes names at once.
  if (process.platform === 'win32') return
  const folder = openSync(dirname(path), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
