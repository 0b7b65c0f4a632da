import { createWriteStream, mkdirSync } from 'node:fs'
import { finished } from 'node:stream/promises'
import { join } from 'node:path'

export interface Logs {
  /** Where the lines of one part go. */
  line(part: string): (line: string) => void
  close(): Promise<void>
}

/** What the parts print goes to a file each: the terminal is for what a person came to see. */
export function openLogs(folder: string, onLine: (part: string, line: string) => void = () => undefined): Logs {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const streams = new Map<string, ReturnType<typeof createWriteStream>>()
  return {
    line(part) {
      const stream = createWriteStream(join(folder, `${part}.log`), { mode: 0o600 })
      streams.set(part, stream)
      return (line) => {
        stream.write(`${line}\n`)
        onLine(part, line)
      }
    },
    async close() {
      for (const stream of streams.values()) {
        stream.end()
        await finished(stream)
      }
    },
  }
}
