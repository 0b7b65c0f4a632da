import type { SinkFilter, SinkKind } from './settings.ts'

export type SinkState = 'active' | 'paused' | 'disabled'

/** A sink as it is stored. Places are those of the log: see docs/design/event-log.md. */
export interface Sink {
  readonly id: string
  readonly name: string
  readonly kind: SinkKind
  readonly settings: unknown
  readonly filter: SinkFilter
  readonly state: SinkState
  /** Whatever lies at or below it was acknowledged, or is not for this sink. */
  readonly cursor: number
  /** A delivery up to here was begun, and nobody knows yet whether it arrived; null when there is none. */
  readonly inFlight: number | null
  readonly lastDeliveredAt: Date | null
  readonly delivered: number
  readonly repeated: number
  readonly refused: number
  readonly failures: number
  readonly failingSince: Date | null
  readonly lastError: string | null
  readonly nextAttemptAt: Date | null
  readonly failedToldAt: Date | null
  readonly failedAfterSeconds: number
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** The channel on which a change of a sink is told to all replicas. */
export const sinksChannel = 'holdfast_sinks'

/** As many as one tenant may have. */
export const sinksMost = 50
