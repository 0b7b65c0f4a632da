import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Source } from '../ports.ts'

/** What is known of a request before anybody has read it. */
export interface ForeignRequest {
  readonly requestId: string
  readonly source: Source
  /** whether the peer is one of our proxies, so that what it says of its client is believed */
  readonly fromProxy: boolean
  /** aborted when the server stops */
  readonly signal: AbortSignal
}

/**
 * Handles requests by itself, on Node's own objects: a protocol library that is not made of routes. It is asked after the
 * host was checked, and answers nothing that a route answers.
 */
export interface Foreign {
  /** @param path without the query. @returns the pattern of it, for metrics; undefined when it is not ours */
  answers(method: string, path: string): string | undefined
  /** Answers; what it throws is a fault. */
  handle(request: IncomingMessage, response: ServerResponse, about: ForeignRequest): Promise<void>
}
