import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * The content of a file that is made once: whoever comes first makes it, everybody reads the same. It appears whole and
 * in one step (a hard link cannot replace what is there), so that nobody ever reads half of it.
 */
export function readOrCreate(path: string, make: () => string, mode: number): string {
  const there = read(path)
  if (there !== undefined) return there
  mkdirSync(dirname(path), { recursive: true })
  const half = `${path}.${process.pid}`
  const file = openSync(half, 'wx', mode)
  try {
    writeSync(file, make())
    fsyncSync(file)
    linkSync(half, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    closeSync(file)
    rmSync(half, { force: true })
  }
  return readFileSync(path, 'utf8')
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return undefined
  }
}
