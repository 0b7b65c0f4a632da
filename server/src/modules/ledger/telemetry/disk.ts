import { statfs } from 'node:fs/promises'
import type { RecordedEvent } from '../../../platform/ports.ts'

export interface Space {
  readonly freeBytes: number
  readonly totalBytes: number
}

/** @returns what an unprivileged user may still write on the file system of a directory, and how large that is */
export async function spaceOf(directory: string): Promise<Space> {
  const { bavail, blocks, bsize } = await statfs(directory)
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize }
}

export interface DiskWatch {
  /** Looks, and records once that space runs out. @throws when that cannot be recorded: the next look tries again */
  look(): Promise<void>
  low(): boolean
}

export interface DiskDeps {
  readonly space: () => Promise<Space>
  /** bytes below which it is low; 0 for never */
  readonly threshold: number
  readonly record: (event: RecordedEvent) => Promise<void>
}

/** Watches the disk of the embedded database: the event must be there before there is no space for it. */
export function createDiskWatch({ space, threshold, record }: DiskDeps): DiskWatch {
  let low = false
  return {
    async look() {
      if (threshold === 0) return
      const { freeBytes, totalBytes } = await space()
      // A little above the threshold it is not over yet: a disk at the edge would be told again and again.
      if (freeBytes >= threshold * (low ? 1.2 : 1)) {
        low = false
        return
      }
      if (low) return
      await record({ kind: 'disk.low', outcome: 'failure', data: { freeBytes, totalBytes, threshold } })
      low = true
    },
    low: () => low,
  }
}
