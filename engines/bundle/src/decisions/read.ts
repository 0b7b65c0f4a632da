import { ERASED } from '@holdfast/events'
import type { GivenEntity } from './record.ts'

/** What a decision was taken on, as its event tells it. */
export interface RecordedDecision {
  readonly action: string
  readonly actionType: string
  readonly decision: 'allow' | 'deny'
  readonly policies: readonly string[]
  readonly epoch: number
  readonly via: string
  readonly context: Readonly<Record<string, unknown>> | undefined
  readonly given: readonly GivenEntity[]
  /** 1 where each such decision is recorded. */
  readonly rate: number
}

/** Why a decision cannot be taken again: its log holds no more what it was taken on. */
export type Unreplayable = 'scrubbed' | 'truncated' | 'erased' | 'unreadable'

/** What `decisionData` wrote, back from an event. Nothing in it is trusted: an edge may ship what it likes. */
export function readDecision(
  data: Readonly<Record<string, unknown>>,
): { readonly ok: true; readonly value: RecordedDecision } | { readonly ok: false; readonly why: Unreplayable } {
  const { action, actionType = 'Action', decision, epoch, via, context, given = [], omitted, policies, rate } = data
  if (omitted !== undefined) return { ok: false, why: 'truncated' }
  if (
    typeof action !== 'string' ||
    typeof actionType !== 'string' ||
    (decision !== 'allow' && decision !== 'deny') ||
    !Number.isSafeInteger(epoch)
  ) {
    return { ok: false, why: 'unreadable' }
  }
  if (!(context === undefined || isRecord(context)) || !Array.isArray(given) || !given.every(isRecord)) {
    return { ok: false, why: 'unreadable' }
  }
  const lost = lossIn([context, given], 0)
  if (lost !== null) return { ok: false, why: lost }
  return {
    ok: true,
    value: {
      action,
      actionType,
      decision,
      policies: Array.isArray(policies) ? policies.filter((policy) => typeof policy === 'string') : [],
      epoch: epoch as number,
      via: typeof via === 'string' ? via : 'require',
      context: context === undefined ? undefined : (decode(context) as Record<string, unknown>),
      given: given.map((entity) => decode(entity) as GivenEntity),
      rate: typeof rate === 'number' && rate > 0 && rate <= 1 ? rate : 1,
    },
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What the log put in the place of a value. */
function lossIn(value: unknown, depth: number): Unreplayable | null {
  if (depth > 20) return 'unreadable'
  if (typeof value === 'string') {
    if (value === ERASED) return 'erased'
    if (value === '[nested too deeply]' || value === '[omitted]') return 'truncated'
    return value.includes('[redacted:') ? 'scrubbed' : null
  }
  if (typeof value !== 'object' || value === null) return null
  for (const member of Object.values(value)) {
    const lost = lossIn(member, depth + 1)
    if (lost !== null) return lost
  }
  return null
}

function decode(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(decode)
  const { __long: long } = value as { __long?: unknown }
  if (typeof long === 'string' && /^-?\d{1,19}$/.test(long)) return BigInt(long)
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, decode(member)]))
}
