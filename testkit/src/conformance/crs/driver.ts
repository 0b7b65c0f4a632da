import type { CrsInput } from './cases.ts'

/** What came of one stage. */
export interface Outcome {
  /** Undefined where the connection ended without an answer. */
  readonly status: number | undefined
  /** False where the HTTP parser refused, before any rule was asked. */
  readonly seen: boolean
  /** In whose words the gateway refused it. */
  readonly said?: string
  /** The lines that the rules wrote, in ModSecurity's form. */
  readonly log: readonly string[]
}

/** Something that runs requests under the rules: the engine in this process, or a gateway over the wire. */
export interface Driver {
  /** False where requests come to the rules without an HTTP parser before them: its refusals cannot be judged. */
  readonly overTheWire: boolean
  play(input: CrsInput): Promise<Outcome>
  close(): Promise<void>
}
