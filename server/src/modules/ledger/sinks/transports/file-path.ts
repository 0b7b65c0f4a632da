import { constants } from 'node:fs'
import { type FileHandle, lstat, mkdir, open, realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { DeliveryFailed } from './transport.ts'

export interface Place {
  /** the folder of the file, with nothing on the way that is a link */
  readonly folder: string
  readonly path: string
}

/**
 * The place of a file below the configured directory. Each folder on the way is made (0700) or must be a real one: a link
 * that somebody puts there does not lead us out. The configured directory itself must be there, and may be a link: it is
 * the operator's word.
 * @param relative checked by its schema: no `..`, no dot in front, no backslash
 * @throws DeliveryFailed
 */
export async function placeOf(directory: string, relative: string): Promise<Place> {
  const root = await realpath(directory).catch(() => {
    throw new DeliveryFailed('the directory for files is not there')
  })
  let folder = root
  const folders = dirname(relative) === '.' ? [] : dirname(relative).split('/')
  for (const name of folders) {
    folder = join(folder, name)
    await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
    if (!(await lstat(folder)).isDirectory()) throw new DeliveryFailed(`${name} is in the way and no folder`)
  }
  if ((await realpath(folder)) !== folder) throw new DeliveryFailed('the path leads elsewhere')
  return { folder, path: join(folder, basename(relative)) }
}

/**
 * Opens the file to append to it, making it with mode 0600.
 * @throws DeliveryFailed for a link, for anything that is no regular file, for a file that has a second name elsewhere, and
 *   when the folder was exchanged in between
 */
export async function openForAppend({ folder, path }: Place): Promise<FileHandle> {
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDWR } = constants
  // O_NONBLOCK: a FIFO that somebody put there does not hold us up.
  const flags = O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK
  const handle = await open(path, flags, 0o600).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ELOOP' ? new DeliveryFailed('the file is a link') : error
  })
  try {
    const opened = await handle.stat()
    const named = await lstat(path)
    if (!opened.isFile()) throw new DeliveryFailed('the file is no regular file')
    if (opened.nlink !== 1) throw new DeliveryFailed('the file has a second name elsewhere')
    if (named.ino !== opened.ino || named.dev !== opened.dev || (await realpath(folder)) !== folder) {
      throw new DeliveryFailed('the file was exchanged while it was opened')
    }
    return handle
  } catch (error) {
    await handle.close()
    throw error
  }
}
