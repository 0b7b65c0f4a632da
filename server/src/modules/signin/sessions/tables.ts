import type { ColumnType, Generated } from 'kysely'
import type { Acr } from '../../../platform/assurance.ts'
import { declareTables, personal, secret } from '../../../platform/database/tables.ts'
import type { Proofs } from '../assurance.ts'
import type { PresetName } from './presets.ts'

const aTime = personal.plain('A time, by which sessions expire. It says nothing without the person.')

export const sessionTables = declareTables({
  sessions: {
    scope: 'tenant',
    columns: {
      id: 'internal',
      tenant_id: 'internal',
      person_id: 'internal',
      kind: 'internal',
      parent_id: 'internal',
      application: 'internal',
      token_hash: secret.digest,
      next_hash: secret.digest,
      prior_hash: secret.digest,
      prior_until: 'internal',
      prior_weaker: 'internal',
      rotated_at: 'internal',
      privileges: 'internal',
      proofs: 'internal',
      acr: 'internal',
      authenticated_at: 'internal',
      required_acr: 'internal',
      pending: 'internal',
      change_due: 'internal',
      preset: 'internal',
      started_at: 'internal',
      last_seen_at: aTime,
      idle_seconds: 'internal',
      idle_at: aTime,
      expires_at: 'internal',
      address: personal.encrypted,
      address_key: personal.digest,
      user_agent: personal.encrypted,
      device_key: personal.digest,
      device_name: personal.encrypted,
      seen_from: personal.encrypted,
      ended_at: 'internal',
      end_reason: 'internal',
    },
  },
  session_demands: {
    scope: 'tenant',
    columns: {
      person_id: 'internal',
      tenant_id: 'internal',
      acr: 'internal',
      reason: 'internal',
      raised_at: 'internal',
    },
  },
  session_limits: {
    scope: 'tenant',
    columns: {
      tenant_id: 'internal',
      application: 'internal',
      preset: 'internal',
      idle_seconds: 'internal',
      absolute_seconds: 'internal',
    },
  },
  session_revocations: {
    scope: 'tenant',
    columns: {
      seq: 'internal',
      tenant_id: 'internal',
      session_id: 'internal',
      application: 'internal',
      acr: 'internal',
      revoked_at: 'internal',
    },
  },
})

export type SessionKind = 'sign-in' | 'application'

/** Written once. */
type Fixed<T> = ColumnType<T, T, never>
/** Nothing at first. */
type Later<T> = ColumnType<T | null, never, T | null>

export interface SessionTables {
  sessions: {
    id: Fixed<string>
    tenant_id: Fixed<string>
    person_id: Fixed<string>
    kind: Fixed<SessionKind>
    parent_id: Fixed<string | null>
    application: Fixed<string | null>
    token_hash: Buffer
    next_hash: Later<Buffer>
    prior_hash: Later<Buffer>
    prior_until: Later<Date>
    prior_weaker: Generated<boolean>
    rotated_at: Date
    privileges: Buffer | null
    proofs: ColumnType<Proofs, string, string>
    acr: Acr
    authenticated_at: Date
    required_acr: Later<Acr>
    pending: boolean
    change_due: Generated<boolean>
    preset: PresetName
    started_at: Fixed<Date>
    last_seen_at: Date
    idle_seconds: number
    idle_at: Date
    expires_at: Date
    address: Fixed<Buffer | null>
    address_key: Fixed<Buffer | null>
    user_agent: Fixed<Buffer | null>
    device_key: Fixed<Buffer | null>
    device_name: Later<Buffer>
    seen_from: Buffer | null
    ended_at: Later<Date>
    end_reason: Later<string>
  }
  session_demands: {
    person_id: Fixed<string>
    tenant_id: Fixed<string>
    acr: Acr
    reason: string
    raised_at: Date
  }
  session_limits: {
    tenant_id: Fixed<string>
    application: Fixed<string>
    preset: PresetName
    idle_seconds: number
    absolute_seconds: number
  }
  session_revocations: {
    seq: ColumnType<string, never, never>
    tenant_id: Fixed<string>
    session_id: Fixed<string>
    application: Fixed<string | null>
    acr: Fixed<Acr | null>
    revoked_at: Fixed<Date>
  }
}
