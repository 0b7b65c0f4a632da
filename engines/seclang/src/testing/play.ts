import { createEngine } from '../engine.ts'
import type { Audit, EngineOptions, Header, Verdict } from '../types.ts'

/** Noon of a Sunday in November 2026, UTC. */
export const NOON: number = Date.UTC(2026, 10, 22, 12, 4, 5)

export interface Played extends Audit {
  /** What each phase answered, 1 to 4. */
  readonly verdicts: readonly Verdict[]
  /** Ids of the rules that matched and are logged. */
  readonly ids: readonly number[]
}

export interface Sent {
  readonly method?: string
  readonly target?: string
  readonly headers?: readonly Header[]
  readonly body?: string
  readonly status?: number
  readonly responseHeaders?: readonly Header[]
  readonly responseBody?: string
  readonly address?: string
  /** Rules and what the host takes out of them. */
  readonly excluded?: readonly (readonly [rule: number, target: string])[]
}

/** Runs one request through a configuration, all phases. */
export function play(configuration: string, sent: Sent = {}, options: Partial<EngineOptions> = {}): Played {
  const engine = createEngine({
    files: new Map([
      ['main.conf', `SecRuleEngine On\nSecRequestBodyAccess On\nSecResponseBodyAccess On\n${configuration}`],
    ]),
    entries: ['main.conf'],
    clock: () => NOON,
    ...options,
  })
  return playWith(engine, sent)
}

export function playWith(engine: ReturnType<typeof createEngine>, sent: Sent = {}): Played {
  const transaction = engine.begin({
    clientAddress: sent.address ?? '192.0.2.7',
    clientPort: 50_000,
    serverAddress: '127.0.0.1',
    serverPort: 443,
    id: 'transaction-1',
  })
  for (const [rule, target] of sent.excluded ?? []) transaction.exclude(rule, target)
  const verdicts = [
    transaction.request({
      method: sent.method ?? 'GET',
      target: sent.target ?? '/',
      protocol: 'HTTP/1.1',
      headers: sent.headers ?? [],
    }),
    transaction.body(sent.body ?? ''),
    transaction.response({
      status: sent.status ?? 200,
      protocol: 'HTTP/1.1',
      headers: sent.responseHeaders ?? [['Content-Type', 'text/html']],
    }),
    transaction.responseBody(sent.responseBody ?? ''),
  ]
  const audit = transaction.end()
  return { ...audit, verdicts, ids: audit.matches.filter(({ log }) => log).map(({ rule }) => rule.id) }
}
