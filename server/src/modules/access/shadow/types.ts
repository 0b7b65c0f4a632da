import type { PolicyJson } from '@holdfast/policy'

/** One policy or template of a candidate, checked like a live one. */
export interface CandidatePolicy {
  readonly name: string
  readonly kind: 'policy' | 'template'
  readonly text: string
  readonly effect: 'permit' | 'forbid'
  readonly parsed: PolicyJson
}

export interface CandidateRow {
  /** another for each change of it: whoever names it means just these policies */
  readonly id: string
  readonly policies: readonly CandidatePolicy[]
  /** null: under the live schema */
  readonly schema_text: string | null
  readonly schema_json: Record<string, unknown> | null
  /** of the live schema under which it was validated */
  readonly schema_version: number
  /** what was live when it was started: see `liveVersion` */
  readonly live: string
  readonly started_at: Date
  readonly started_by_type: string
  readonly started_by_id: string
  readonly compared: number
  readonly skipped: number
  readonly last_compared_at: Date | null
}

export interface DifferenceRow {
  readonly kind: string
  readonly action: string
  readonly live: readonly string[]
  readonly candidate: readonly string[]
  readonly count: number
  readonly samples: readonly string[]
  readonly last_at: Date
}
