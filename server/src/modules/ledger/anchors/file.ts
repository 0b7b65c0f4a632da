import { type FileHandle, open, rename } from 'node:fs/promises'
import { splitNotes } from '@holdfast/merkle'
import type { Anchor, Kept } from './anchor.ts'

/** Bytes at the end of the file in which its last note is. */
const window = 64 * 1024

/**
 * A file to which checkpoints are appended, as signed notes one after the other (docs/design/event-log.md). Best on a disk of
 * another machine, or where it can be appended to only (`chattr +a`).
 */
export function createFileAnchor(path: string): Anchor {
  /** @returns the whole notes at the end, and how long the file is up to the end of the last one */
  async function tail(): Promise<{ last?: Kept; size: number; whole: number }> {
    let file: FileHandle
    try {
      file = await open(path, 'r')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { size: 0, whole: 0 }
      throw error
    }
    try {
      const { size, mtime: time } = await file.stat()
      const start = Math.max(0, size - window)
      const bytes = Buffer.alloc(size - start)
      await file.read(bytes, 0, bytes.length, start)
      const notes = splitNotes(bytes.toString('utf8'))
      const last = notes.at(-1) ?? ''
      // A process that died while it appended leaves a piece of a note.
      const torn = isWhole(last) ? '' : last
      const note = torn === '' ? last : notes.at(-2)
      const whole = size - Buffer.byteLength(torn)
      return note === undefined || note === '' ? { size, whole } : { last: { note, time }, size, whole }
    } finally {
      await file.close()
    }
  }

  return {
    name: `the file ${path}`,
    last: async () => (await tail()).last,
    async append(note) {
      const { size, whole } = await tail()
      const file = await open(path, 'a', 0o644)
      try {
        if (whole < size) await file.truncate(whole)
        await file.appendFile(note)
        await file.sync()
      } finally {
        await file.close()
      }
    },
    restart: (acknowledgement) => rename(path, `${path}.${acknowledgement}`),
  }
}

/** A note ends with a signature line, and that with a newline. */
function isWhole(note: string): boolean {
  return /\n\n\u2014 \S+ \S+\n$/u.test(note)
}
