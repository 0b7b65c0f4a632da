import { link, open, readdir, unlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Place } from './file-path.ts'

/**
 * Gives the file a name with the time and makes room for a new one: `events.ndjson` becomes
 * `events.2026-01-31T120000Z.ndjson`, or `events.2026-01-31T120000Z-2.ndjson` when there is one. No name that is taken is
 * taken over, also when two replicas share the folder: link(2) fails where rename(2) would replace.
 * @param keep how many of the files with a time stay; 0 keeps all
 */
export async function rotate({ folder, path }: Place, keep: number, now: Date): Promise<void> {
  const stem = basename(path, '.ndjson')
  const time = now
    .toISOString()
    .replaceAll(':', '')
    .replace(/\.\d+Z$/, 'Z')
  const taken = (await readdir(folder)).flatMap((name) => rotatedFile(stem, name) ?? [])
  // Above the highest that is there: the name of a file that was removed would put the newest among the oldest.
  let number = Math.max(0, ...taken.filter((file) => file.time === time).map((file) => file.number)) + 1
  for (let attempt = 1; ; attempt += 1, number += 1) {
    const name = number === 1 ? `${stem}.${time}.ndjson` : `${stem}.${time}-${number}.ndjson`
    try {
      await link(path, join(folder, name))
      break
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt >= 100) throw error
    }
  }
  await unlink(path)
  await syncFolder(folder)
  if (keep > 0) await removeOldest(folder, stem, keep)
}

async function removeOldest(folder: string, stem: string, keep: number): Promise<void> {
  const rotated = (await readdir(folder)).flatMap((name) => rotatedFile(stem, name) ?? [])
  for (const { name } of rotated.toSorted(byAge).slice(0, -keep)) await unlink(join(folder, name))
}

interface RotatedFile {
  readonly name: string
  readonly time: string
  readonly number: number
}

function rotatedFile(stem: string, name: string): RotatedFile | undefined {
  if (!name.startsWith(`${stem}.`)) return undefined
  const parts = /^(\d{4}-\d\d-\d\dT\d{6}Z)(?:-(\d{1,6}))?\.ndjson$/.exec(name.slice(stem.length + 1))
  return parts === null ? undefined : { name, time: parts[1] ?? '', number: Number(parts[2] ?? 1) }
}

function byAge(a: RotatedFile, b: RotatedFile): number {
  return a.time === b.time ? a.number - b.number : a.time < b.time ? -1 : 1
}

/** The new name is on the disk only when the folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
