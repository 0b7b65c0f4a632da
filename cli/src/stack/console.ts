import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Failure } from '../failure.ts'

const folder = fileURLToPath(new URL('../../../console/', import.meta.url))
const sources = ['src', 'public', 'index.html', 'vite.config.ts', 'package.json'].map((name) => join(folder, name))
const site = join(folder, 'dist/site')

/**
 * Builds the console where it is not built, or older than its sources. A checkout has no build of it; an image has
 * nothing else, and there this does nothing.
 * @returns whether it was built
 */
export async function ensureConsole(): Promise<boolean> {
  const newest = Math.max(...sources.map(changed))
  if (newest === 0 || newest < changed(join(site, 'index.html'))) return false
  // Beside the place where it goes: whoever reads the site meanwhile, or builds it too, finds a whole one.
  const fresh = `${site}.${process.pid}`
  await build(fresh)
  replace(site, fresh)
  return true
}

async function build(out: string): Promise<void> {
  const vite = join(createRequire(join(folder, 'package.json')).resolve('vite/package.json'), '../bin/vite.js')
  const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'error', '--outDir', out], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => said.push(chunk.toString()))
  }
  const [code] = (await once(child, 'close')) as [number | null]
  if (code === 0) return
  throw new Failure({
    code: 'console_not_built',
    detail: 'The console could not be built.',
    lines: said.join('').trim().split('\n').slice(-20),
    mend: 'Run "npm ci" and try again.',
  })
}

function replace(place: string, fresh: string): void {
  const old = `${fresh}.old`
  try {
    renameSync(place, old)
  } catch {
    // There was none, or another build has just moved it away.
  }
  try {
    renameSync(fresh, place)
  } catch {
    rmSync(fresh, { recursive: true, force: true }) // another build has just put its own there
  }
  rmSync(old, { recursive: true, force: true })
}

/** @returns milliseconds of the last change at or below the path, 0 when there is nothing */
function changed(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) return 0
  if (!found.isDirectory()) return found.mtimeMs
  const below = readdirSync(path).map((name) => changed(join(path, name)))
  return Math.max(found.mtimeMs, ...below)
}
