import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { Case } from './case.ts'

const TEXTS = /\.(?:log|txt|md|json|ndjson|ya?ml|csv|conf)$/i
const LONGEST_LINE = 4000

/** The lines of all text files of a folder, each an honest text; a file is a unit. */
export async function honestLines(
  set: string,
  directory: string,
  only: RegExp = TEXTS,
  mostFiles = 400,
): Promise<Case[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile() && only.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
  const step = Math.max(1, Math.ceil(paths.length / mostFiles))
  const cases: Case[] = []
  for (const path of paths.filter((_, index) => index % step === 0)) {
    const unit = relative(directory, path)
    for (const line of (await readFile(path, 'utf8')).split('\n')) {
      if (line.trim().length > 3 && line.length < LONGEST_LINE) cases.push({ set, unit, text: line, secrets: [] })
    }
  }
  return cases
}
