import { close, fstat, openSync, stat, write } from 'node:fs'
import { promisify } from 'node:util'

/** Bytes that wait to be written: beyond them lines are dropped and counted. */
const mostWaiting = 16 * 1024 * 1024
/** Who turns logs over moves the file away; so often it is looked whether that was done. Milliseconds. */
const lookMs = 1000

const closeFile = promisify(close)
const statOpen = promisify(fstat)
const statFile = promisify(stat)

export interface AuditFileOptions {
  readonly file: string
  readonly onProblem: (problem: Error) => void
}

/** A file that lines are appended to, one write at a time; what comes meanwhile waits for the next. */
export class AuditFile {
  private readonly options: AuditFileOptions
  private descriptor: number
  private waiting = ''
  private dropped = 0
  private looked = 0
  private writing: Promise<void> | null = null

  /** @throws the file system's error */
  constructor(options: AuditFileOptions) {
    this.options = options
    this.descriptor = this.open()
  }

  append(line: string): void {
    if (this.waiting.length + line.length > mostWaiting) {
      this.dropped++
      return
    }
    this.waiting += line
    this.writing ??= this.write()
  }

  /** Writes what waits. */
  async close(): Promise<void> {
    await this.writing
    await closeFile(this.descriptor)
  }

  /** Only its owner may read it: requests hold what people wrote. */
  private open(): number {
    return openSync(this.options.file, 'a', 0o600)
  }

  private async write(): Promise<void> {
    // One round of the event loop later: what ends together is written together.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.waiting !== '') {
      const text = this.waiting
      this.waiting = ''
      try {
        await this.look()
        await writeWhole(this.descriptor, Buffer.from(text))
        this.tellDropped()
      } catch (error) {
        this.options.onProblem(new Error(`The audit log cannot be written: ${String(error)}`, { cause: error }))
      }
    }
    this.writing = null
  }

  private tellDropped(): void {
    if (this.dropped === 0) return
    this.options.onProblem(new Error(`${this.dropped} requests are missing in the audit log: it is too slow.`))
    this.dropped = 0
  }

  private async look(): Promise<void> {
    const now = performance.now()
    if (now - this.looked < lookMs) return
    this.looked = now
    const [open, named] = await Promise.all([
      statOpen(this.descriptor),
      statFile(this.options.file).catch(() => undefined),
    ])
    if (named !== undefined && named.ino === open.ino && named.dev === open.dev) return
    const before = this.descriptor
    this.descriptor = this.open()
    await closeFile(before)
  }
}

const writePart = promisify(write)

async function writeWhole(descriptor: number, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await writePart(descriptor, bytes, at)).bytesWritten
}
