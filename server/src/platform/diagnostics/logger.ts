import { scrub, scrubText } from '@holdfast/events'
import { destination, type Logger, pino } from 'pino'

export type { Logger } from 'pino'

export interface LoggerOptions {
  readonly level: string
  /** file to append to; stdout when not given */
  readonly file?: string | undefined
}

/** Bytes of lines that could not be written yet; what is more is dropped. */
const mostUnwritten = 1024 * 1024

/**
 * One JSON line an event of the process. What looks like a secret is taken out before it is written, whoever logged
 * it and wherever it stands: in a field, in the message, in what a child logger is bound to, in an error, its causes
 * and its stack.
 */
export function createLogger({ level, file }: LoggerOptions): Logger {
  // Synchronous: a line that was written before a crash is there after it.
  const sink = destination({
    ...(file !== undefined && { dest: file, mkdir: true, mode: 0o600 }),
    sync: true,
    maxLength: mostUnwritten,
  })
  // A full disk must not end the server by way of its log: lines wait in memory, and go out with the next that can.
  sink.on('error', () => {})
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: {
        level: (label) => ({ level: label }),
        // While they are still values: an Error has no fields of its own that JSON would show, and a getter may throw.
        log: (fields) => scrub(fields) as Record<string, unknown>,
      },
      hooks: { streamWrite: scrubLine },
    },
    sink,
  )
}

/**
 * The whole line once more, as it would be written: with the message and the bindings, which pino makes into text by
 * itself.
 */
export function scrubLine(line: string): string {
  try {
    return `${JSON.stringify(scrub(JSON.parse(line)))}\n`
  } catch {
    return `${JSON.stringify({ level: 'error', msg: scrubText(line) })}\n`
  }
}
