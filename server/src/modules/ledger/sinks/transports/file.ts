import type { FileHandle } from 'node:fs/promises'
import type { FileSettings } from '../settings.ts'
import { openForAppend, type Place, placeOf } from './file-path.ts'
import { rotate } from './file-rotation.ts'
import { DeliveryFailed, failureOf, type Outgoing, type Transport } from './transport.ts'

export interface FileParts {
  readonly settings: FileSettings
  /** `ledger.sinks.directory` */
  readonly directory: string | undefined
  readonly now: () => Date
}

/**
 * Appends to a file, one JSON document a line: each event as OCSF, each gap as `{"gap": {...}}`. A batch counts when it
 * is on the disk (fsync). What a crash or a full disk left of a line is cut off before the next batch.
 */
export function createFile({ settings, directory, now }: FileParts): Transport {
  return {
    async send(batch, signal) {
      if (directory === undefined) throw new DeliveryFailed('ledger.sinks.directory is not set')
      signal.throwIfAborted()
      try {
        const place = await placeOf(directory, settings.path)
        const lines = Buffer.concat(batch.filter((item) => item.is !== 'test').map(lineOf))
        await append(place, settings, lines, now())
      } catch (error) {
        throw failureOf(error)
      }
      return { refused: 0 }
    },
    close: async () => {},
  }
}

function lineOf(item: Outgoing): Buffer {
  if (item.is === 'event') return Buffer.from(`${item.json}\n`)
  if (item.is === 'gap') {
    const { from, to, count } = item
    return Buffer.from(`${JSON.stringify({ gap: { from, to, count } })}\n`)
  }
  return Buffer.alloc(0)
}

async function append(place: Place, settings: FileSettings, lines: Buffer, now: Date): Promise<void> {
  let handle = await openForAppend(place)
  try {
    const size = await wholeLines(handle)
    const { mtime } = await handle.stat()
    const full = size > 0 && size + lines.byteLength > settings.rotateBytes
    const old = settings.rotateDaily && size > 0 && dayOf(mtime) !== dayOf(now)
    if ((full || old) && lines.byteLength > 0) {
      await handle.sync()
      await handle.close()
      await rotate(place, settings.keepFiles, now)
      handle = await openForAppend(place)
    }
    await appendWhole(handle, lines)
  } finally {
    await handle.close()
  }
}

/** All of it or nothing: on a full disk half a batch would stay, and the next one would begin inside a line. */
async function appendWhole(handle: FileHandle, lines: Buffer): Promise<void> {
  const { size } = await handle.stat()
  try {
    await handle.appendFile(lines)
    await handle.sync()
  } catch (error) {
    await handle.truncate(size).catch(() => {})
    throw error
  }
}

const piece = 64 * 1024

/** Cuts off what lies behind the last end of a line. @returns the size that is left */
async function wholeLines(handle: FileHandle): Promise<number> {
  const { size } = await handle.stat()
  let end = size
  while (end > 0) {
    const start = Math.max(0, end - piece)
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(end - start), 0, end - start, start)
    const last = buffer.subarray(0, bytesRead).lastIndexOf(0x0a)
    end = last < 0 ? start : start + last + 1
    if (last >= 0) break
  }
  if (end !== size) await handle.truncate(end)
  return end
}

function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10)
}
