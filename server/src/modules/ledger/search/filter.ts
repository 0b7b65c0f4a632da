import { isIP } from 'node:net'
import type { TextQuery } from './text.ts'
import { addressToken, type BlindIndex, termTokens } from './tokens.ts'
import { wordsOf } from './words.ts'

/** What events are looked for by. What is not said is not asked. */
export interface EventFilter {
  /** `session.started`, or `session.*` for all below `session` */
  readonly kind?: readonly string[] | undefined
  /** class_uid of OCSF */
  readonly class?: readonly number[] | undefined
  /** least severity_id of OCSF */
  readonly severity?: number | undefined
  readonly outcome?: string | undefined
  readonly actor?: string | undefined
  readonly actorType?: string | undefined
  readonly target?: string | undefined
  readonly targetType?: string | undefined
  readonly application?: string | undefined
  readonly reason?: string | undefined
  readonly requestId?: string | undefined
  readonly address?: readonly string[] | undefined
  readonly text?: TextQuery | undefined
  readonly since?: Date | undefined
  readonly until?: Date | undefined
}

/** The same, with what is personal replaced by its tokens: what the tables are asked. */
export interface TokenFilter extends Omit<EventFilter, 'address' | 'text'> {
  readonly addresses: readonly Buffer[]
  readonly words: readonly string[]
}

export function withTokens(filter: EventFilter, index: BlindIndex): TokenFilter {
  const { address = [], text, ...rest } = filter
  // The id of a request has no index of its own, but is among the words of its events.
  const words = new Set([...wordsOf(filter.requestId ?? ''), ...(text?.words ?? [])])
  return { ...rest, addresses: address.map((one) => addressToken(index, one)), words: termTokens(index, words) }
}

/** What looks like a range of addresses, as `10.0.0.0/8` or `10.0.*`: it cannot be looked up by tokens. */
export function isAddressRange(address: string): boolean {
  return isIP(address) === 0 && /[/*-]/.test(address)
}
