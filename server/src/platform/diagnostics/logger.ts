import { scrub } from '@holdfast/events'
import { destination, type Logger, pino } from 'pino'

export type { Logger } from 'pino'

export interface LoggerOptions {
  readonly level: string
  /** file to append to; stdout when not given */
  readonly file?: string | undefined
}

/** One JSON line an event. What looks like a secret is taken out before it is written, whoever logged it. */
export function createLogger({ level, file }: LoggerOptions): Logger {
  // Synchronous: a line that was written before a crash is there after it.
  const sink = destination({ ...(file !== undefined && { dest: file, mkdir: true, mode: 0o600 }), sync: true })
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => scrub(withPlainError(fields)) as Record<string, unknown>,
      },
    },
    sink,
  )
}

/** An Error has no own enumerable fields, so it is spelled out before it is scrubbed. */
function withPlainError(fields: Record<string, unknown>): Record<string, unknown> {
  const { error } = fields
  if (!(error instanceof Error)) return fields
  const cause = error.cause instanceof Error ? error.cause.message : undefined
  return { ...fields, error: { message: error.message, stack: error.stack, ...(cause !== undefined && { cause }) } }
}
