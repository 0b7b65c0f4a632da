/** What the shell sees. */
export const exitCodes = { ok: 0, failed: 1, usage: 2 } as const

export interface FailureParts {
  /** Stable, for scripts: `unreachable`, or the code of the server's problem. */
  readonly code: string
  /** What is wrong, one sentence. */
  readonly detail: string
  /** What to do about it, one sentence. */
  readonly mend?: string | undefined
  /** Further lines: fields that are wrong, places in a policy. */
  readonly lines?: readonly string[]
  readonly exitCode?: number
  readonly cause?: unknown
}

/** An end that the user can understand: shown as code, detail and how to mend, never as a stack trace. */
export class Failure extends Error {
  readonly parts: FailureParts

  constructor(parts: FailureParts) {
    super(parts.detail, { cause: parts.cause })
    this.parts = parts
  }
}

/** The user asked for something that cannot be meant. */
export function usage(detail: string, mend?: string): Failure {
  return new Failure({ code: 'usage', detail, mend, exitCode: exitCodes.usage })
}
