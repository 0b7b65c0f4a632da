import type { OcsfEvent } from '@holdfast/events'
import { AddressRefused } from '../../../../platform/outbound/resolve.ts'

/** An event on its way out. */
export interface OutgoingEvent {
  readonly is: 'event'
  readonly seq: number
  readonly id: string
  readonly time: Date
  readonly kind: string
  readonly outcome: string
  readonly severity: number
  readonly requestId: string | null
  /** with `metadata.sequence` */
  readonly document: OcsfEvent
  /** the same as JSON */
  readonly json: string
}

/** Events that were there and are no longer: `count` of them, the first at `from` and the last at `to`. */
export interface OutgoingGap {
  readonly is: 'gap'
  readonly from: number
  readonly to: number
  readonly count: number
  readonly time: Date
}

export interface OutgoingTest {
  readonly is: 'test'
  readonly id: string
  readonly time: Date
}

export type Outgoing = OutgoingEvent | OutgoingGap | OutgoingTest

/** How a kind of sink delivers. One batch at a time; a batch is delivered when the far side has said so. */
export interface Transport {
  /** @throws DeliveryFailed: nothing is known of what arrived, and the same batch is sent again */
  send(batch: readonly Outgoing[], signal: AbortSignal): Promise<Receipt>
  close(): Promise<void>
}

export interface Receipt {
  /** events of the batch that the far side took and rejected, and will not take again */
  readonly refused: number
}

export interface FailureFacts {
  /** how long the far side wants to be left alone */
  readonly retryAfterSeconds?: number | undefined
  /** it may take half of the batch */
  readonly tooMuch?: boolean
  /** it will never take anything again (HTTP 410) */
  readonly gone?: boolean
}

/** A delivery that failed. The message is shown to operators: it holds nothing that the far side wrote. */
export class DeliveryFailed extends Error {
  override readonly name = 'DeliveryFailed'
  readonly facts: FailureFacts
  constructor(message: string, facts: FailureFacts = {}) {
    super(message)
    this.facts = facts
  }
}

/** What went wrong on the way, in our own words and the system's code. */
export function failureOf(error: unknown): DeliveryFailed {
  if (error instanceof DeliveryFailed) return error
  if (error instanceof AddressRefused) return new DeliveryFailed(`it ${error.message}`)
  const { code, name } = error as { code?: unknown; name?: unknown }
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(code)) {
    return new DeliveryFailed(`it cannot be reached: ${code}`)
  }
  return new DeliveryFailed(`it cannot be reached: ${typeof name === 'string' ? name.slice(0, 40) : 'unknown'}`)
}
