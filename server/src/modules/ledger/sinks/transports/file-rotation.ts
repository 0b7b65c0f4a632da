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
  for (let attempt = 1; ; attempt += 1) {
    const name = attempt === 1 ? `${stem}.${time}.ndjson` : `${stem}.${time}-${attempt}.ndjson`
    try {
      await link(path, join(folder, name))
      break
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt >= 1000) throw error
    }
  }
  await unlink(path)
  await syncFolder(folder)
  if (keep > 0) await removeOldest(folder, stem, keep)
}

async function removeOldest(folder: string, stem: string, keep: number): Promise<void> {
  const rotated = (await readdir(folder)).filter(
    (name) =>
      name.startsWith(`${stem}.`) && /^\d{4}-\d\d-\d\dT\d{6}Z(?:-\d+)?\.ndjson$/.test(name.slice(stem.length + 1)),
  )
  for (const name of rotated.toSorted(byTime).slice(0, -keep)) await unlink(join(folder, name))
}

/** By time, then by number: `-10` comes after `-9`, and each after the one without. */
function byTime(a: string, b: string): number {
  const [left, right] = [a, b].map((name) => /(\d{4}-\d\d-\d\dT\d{6}Z)(?:-(\d+))?\.ndjson$/.exec(name))
  const [leftTime = '', rightTime = ''] = [left?.[1], right?.[1]]
  if (leftTime !== rightTime) return leftTime < rightTime ? -1 : 1
  return Number(left?.[2] ?? 1) - Number(right?.[2] ?? 1)
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
